"""Writes of transfer."""
