"""The bell: wakes the dispatcher of this process when something was committed."""

from __future__ import annotations

import threading

_bell = threading.Event()


def wake() -> None:
    """Ring; called after a commit."""
    _bell.set()


def wait(seconds: float) -> bool:
    """Wait for the bell, at most `seconds` (other processes cannot ring it); clears it."""
    rung = _bell.wait(seconds)
    _bell.clear()
    return rung
