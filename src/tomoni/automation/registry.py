"""What rooms may add to automation: kinds of action, and placeholders for texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tomoni.automation.kinds.base import Context, Kind


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A word in braces that texts may use, for example `{受付番号}`. `resolve(context)` gives text without personal data."""

    name: str
    help: Any
    resolve: Callable[[Context], str]


KINDS: dict[str, Kind] = {}
PLACEHOLDERS: dict[str, Placeholder] = {}


def kind(entry: Kind) -> None:
    """Add a kind of action; a code registered again replaces the earlier one."""
    KINDS[entry.code] = entry


def placeholder(name: str, *, resolve: Callable[[Context], str], help: Any = "") -> None:
    """Add a placeholder, or replace how one is resolved. It must never give personal data: texts leave the house."""
    known = PLACEHOLDERS.get(name)
    PLACEHOLDERS[name] = Placeholder(name, help or (known.help if known else ""), resolve)
