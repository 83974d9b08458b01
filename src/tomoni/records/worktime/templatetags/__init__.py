"""Template tags of working time."""
