"""How a command fails."""

from __future__ import annotations


class CommandError(Exception):
    """A plain line for the person at the keyboard, saying what to do. `code`: 1 failed, 2 wrong usage."""

    def __init__(self, message: str, code: int = 1) -> None:
        self.code = code
        super().__init__(message)
