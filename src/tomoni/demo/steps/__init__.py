"""The parts of the demo, one module a room."""
