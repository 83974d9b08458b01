"""A bell that threads of this process wait for; a ring between looking and waiting is not lost."""

from __future__ import annotations

import threading


class Bell:
    """`heard = bell.rings` → look for work → `bell.wait(heard, seconds)`."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self.rings = 0

    def ring(self) -> None:
        """Wake everyone who waits."""
        with self._condition:
            self.rings += 1
            self._condition.notify_all()

    def wait(self, heard: int, seconds: float) -> bool:
        """Wait until it rings again after `heard`, at most `seconds`; returns whether it rang."""
        with self._condition:
            return self._condition.wait_for(lambda: self.rings != heard, seconds)
