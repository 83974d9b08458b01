"""Who consumes which kind of event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
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
    lease: timedelta = timedelta(seconds=60)


CONSUMERS: dict[str, Consumer] = {}


def names(*, atomic: bool | None = None) -> list[str]:
    """The names of all consumers, or only of those inside (True) or outside (False) the database."""
    return [c.name for c in CONSUMERS.values() if atomic is None or c.atomic == atomic]


def consumers_of(kind: str) -> list[Consumer]:
    """The consumers of a kind, in order of registration."""
    return [c for c in CONSUMERS.values() if fnmatchcase(kind, c.pattern)]
