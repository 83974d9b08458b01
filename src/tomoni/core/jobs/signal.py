"""Wakes the job threads of this process when a job was queued (other processes poll)."""

from __future__ import annotations

from tomoni.core.bell import Bell

BELL = Bell()


def wake() -> None:
    """Ring; called after a commit."""
    BELL.ring()
