"""Challenges: ECRS review, hypothesis, measured effect (取組)."""
