"""Participation: residents' answers and voices (ともに)."""
