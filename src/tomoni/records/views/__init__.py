"""Pages of room つくる."""
