"""Writes of keeping."""
