"""Writes of duty."""
