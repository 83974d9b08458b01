"""Pages of the room; they read through queries and write through actions."""
