"""Writes of the builder."""
