"""Who consumes which kind of event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, slots=True)
class Consumer:
    """A named function for kinds matching `pattern` (`record.*`)."""

    name: str
    pattern: str
    function: Callable[[Any], object]
    atomic: bool
    max_attempts: int


CONSUMERS: dict[str, Consumer] = {}


def consumers_of(kind: str) -> list[Consumer]:
    """The consumers of a kind, in order of registration."""
    return [c for c in CONSUMERS.values() if fnmatchcase(kind, c.pattern)]
