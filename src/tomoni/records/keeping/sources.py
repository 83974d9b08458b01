"""What rooms above tell the 引継書 about an app: automations, forms. Sentences only, without personal data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the 引継書: a heading and rows of (what, how); `dates` are lines for what comes round each year."""

    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    dates: tuple[str, ...] = field(default_factory=tuple)


Source = Callable[[str], Iterable[Section]]
_SOURCES: list[Source] = []


def explain(source: Source) -> None:
    """Add who explains apps (in `AppConfig.ready`): `source(app code)` yields sections; a bounded number of queries."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def sections(app: str) -> list[Section]:
    """What the rooms above say of an app."""
    return [section for source in _SOURCES for section in source(app)]
