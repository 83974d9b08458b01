"""Writes of the room: install, receive and take away kits."""
