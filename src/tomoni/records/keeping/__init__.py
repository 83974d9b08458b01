"""Keeping: who answers for an app, what the next person must know, how long records stay and how they go."""
