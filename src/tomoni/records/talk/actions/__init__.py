"""Writes of talk."""
