"""Views of people and departments."""
