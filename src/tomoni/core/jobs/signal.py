"""The bell of the job threads of this process."""

from __future__ import annotations

import threading

_waiting = threading.Condition()
_rings = 0


def wake() -> None:
    """Ring for every waiting thread; called after a commit."""
    global _rings
    with _waiting:
        _rings += 1
        _waiting.notify_all()


def wait(seconds: float) -> None:
    """Wait for a ring, at most `seconds`."""
    with _waiting:
        _waiting.wait(seconds)
