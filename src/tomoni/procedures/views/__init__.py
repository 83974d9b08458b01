"""Views of the room: residents first (`resident`, `sending`, `status`), then staff."""
