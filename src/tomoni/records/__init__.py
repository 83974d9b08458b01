"""Records: the no-code heart (記録)."""
