"""Where rooms announce what the shell shows: menu entries, things waiting today, rights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from tomoni.core.actor import Actor

Room = Literal["see", "choose", "build", "connect", "together", "settings"]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page reachable from a room's landing page. `url_name` is reversed; shown if the actor holds `right`."""

    room: Room
    label: Any
    url_name: str
    description: Any = ""
    right: str | None = None
    order: int = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for this person on the page 今日. `state` is a tag kind (new, doing, wait, late)."""

    title: str
    url: str
    note: str = ""
    state: str = "wait"
    state_label: str = ""
    due: datetime | None = None
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed, for 「前に見てから変わったこと」."""

    at: datetime
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a home page with its unit and what it rests on. `value` None shows as an em dash."""

    label: str
    value: float | int | None
    unit: str = ""
    note: str = ""
    url: str = ""
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Up to four metrics under one heading, with their common source line."""

    heading: str
    metrics: tuple[Metric, ...]
    source: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    """What stands behind a target of the audit chain: its page, the right that the page needs, its fields in words."""

    url: str = ""
    right: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


MENU: list[MenuItem] = []
TODAY: list[Callable[[Actor], Iterable[Waiting]]] = []
CHANGES: list[Callable[[Actor, datetime], Iterable[Change]]] = []
SEARCHERS: list[Callable[[Actor, str], Iterable[tuple[str, str, str]]]] = []
RESIDENT_HOME: list[Callable[[], Iterable[tuple[str, str, str]]]] = []
FIGURES: dict[str, list[Callable[[Actor], Figures | None]]] = {"town": [], "section": []}
NAMES: list[Callable[[Iterable[int]], Mapping[int, str]]] = []
AUDITED: dict[str, Callable[[Actor, Iterable[str]], Mapping[str, Audited]]] = {}
RIGHTS: dict[str, tuple[Any, frozenset[str]]] = {}


def menu(*items: MenuItem) -> None:
    """Add menu entries (in `AppConfig.ready`). A room without entries has no link in the bar."""
    for item in items:
        if item not in MENU:
            MENU.append(item)
    MENU.sort(key=lambda item: item.order)


def today(source: Callable[[Actor], Iterable[Waiting]]) -> None:
    """Add a source of waiting things; it must cost a bounded number of queries."""
    if source not in TODAY:
        TODAY.append(source)


def changes(source: Callable[[Actor, datetime], Iterable[Change]]) -> None:
    """Add a source of changes since a time."""
    if source not in CHANGES:
        CHANGES.append(source)


def figures(audience: Literal["town", "section"], source: Callable[[Actor], Figures | None]) -> None:
    """Add figures to the home page: of the whole town (DX office, heads) or of the actor's own section."""
    if source not in FIGURES[audience]:
        FIGURES[audience].append(source)


def searcher(source: Callable[[Actor, str], Iterable[tuple[str, str, str]]]) -> None:
    """Add a source for the search box: yields (title, url, note) that the actor may see, at most 10."""
    if source not in SEARCHERS:
        SEARCHERS.append(source)


def resident_home(source: Callable[[], Iterable[tuple[str, str, str]]]) -> None:
    """Add a source of (title, url, one sentence) for 「どのようなご用件ですか」."""
    if source not in RESIDENT_HOME:
        RESIDENT_HOME.append(source)


def names(source: Callable[[Iterable[int]], Mapping[int, str]]) -> None:
    """Add who knows the names of people (id → name), for pages of the core such as the audit trail."""
    if source not in NAMES:
        NAMES.append(source)


def person_names(ids: Iterable[int]) -> dict[int, str]:
    """The names of people by id; nobody is missing who is known."""
    wanted = set(ids)
    return {person: name for source in NAMES if wanted for person, name in source(wanted).items()}


def audited(kind: str, source: Callable[[Actor, Iterable[str]], Mapping[str, Audited]]) -> None:
    """Say what stands behind audit targets `<kind>:<rest>`: a bounded number of queries for all the rests of a page."""
    AUDITED[kind] = source


def audited_things(actor: Actor, references: Iterable[str]) -> dict[str, Audited]:
    """Reference (`record:3/45`) → what stands behind it; without the page where the actor may not open it."""
    rests: dict[str, set[str]] = {}
    for reference in references:
        kind, _colon, rest = reference.partition(":")
        if rest and kind in AUDITED:
            rests.setdefault(kind, set()).add(rest)
    return {
        f"{kind}:{rest}": replace(thing, url="") if thing.right and not actor.may(thing.right) else thing
        for kind, found in rests.items()
        for rest, thing in AUDITED[kind](actor, found).items()
    }


def numbers(rests: Iterable[str]) -> list[int]:
    """The rests that are keys."""
    return [int(r) for r in rests if r.isascii() and r.isdecimal() and len(r) < 19]


def right(code: str, label: Any, *roles: str) -> str:
    """Declare a capability and the roles that hold it by default: clerk, dx, manager, admin, resident, partner."""
    RIGHTS[code] = (label, frozenset(roles))
    return code


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """The capabilities that a set of roles holds; `admin` holds every one."""
    held = frozenset(roles)
    if "admin" in held:
        return frozenset(RIGHTS)
    return frozenset(code for code, (_label, owners) in RIGHTS.items() if owners & held)
