"""Writes of working time. They leave no audit entry: an entry names its actor, and nobody's hours are kept by name."""
