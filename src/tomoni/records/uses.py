"""Who else relies on a field or a record: rooms above say so, in sentences, before it goes into the trash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

FieldSource = Callable[[str, str], Iterable[str]]
RecordSource = Callable[[str, int], Iterable[str]]
_FIELDS: list[FieldSource] = []
PromiseSource = Callable[[str, Sequence[int]], Mapping[int, datetime]]
RenameListener = Callable[[str, Mapping[str, str]], None]
_RENAMES: list[RenameListener] = []
_RECORDS: list[RecordSource] = []
_PROMISES: list[PromiseSource] = []
HoldSource = Callable[[int, Sequence[int] | None], set[int]]
_HOLDS: list[HoldSource] = []


def field_source(source: FieldSource) -> None:
    """Add who uses fields (in `AppConfig.ready`): `source(app, field)` yields a sentence for each use that forbids deleting."""
    if source not in _FIELDS:
        _FIELDS.append(source)


def record_source(source: RecordSource) -> None:
    """Add who uses records: `source(app, record)` yields what somebody should read before deleting; it forbids nothing."""
    if source not in _RECORDS:
        _RECORDS.append(source)


def of_field(app: str, field: str) -> list[str]:
    """Why this field cannot be deleted now; each sentence names what uses it."""
    return [str(sentence) for source in _FIELDS for sentence in source(app, field)]


def of_record(app: str, record: int) -> list[str]:
    """What to know before this record is deleted."""
    return [str(sentence) for source in _RECORDS for sentence in source(app, record)]


def promise_source(source: PromiseSource) -> None:
    """Add who promised somebody an answer: `source(app, records)` gives the moment by which, for those it knows."""
    if source not in _PROMISES:
        _PROMISES.append(source)


def promised(app: str, records: Sequence[int]) -> dict[int, datetime]:
    """By when an answer was promised, by record; bounded queries, none for no records."""
    found: dict[int, datetime] = {}
    for source in _PROMISES if records else ():
        found.update(source(app, records))
    return found


def hold_source(source: HoldSource) -> None:
    """Add who holds records: `source(app id, numbers or None)` gives those that must not be erased now."""
    if source not in _HOLDS:
        _HOLDS.append(source)


def on_hold(app_id: int, records: Sequence[int] | None = None) -> set[int]:
    """The records of an app that must not be erased now (凍結), all or among the given ones."""
    return {number for source in _HOLDS for number in source(app_id, records)}


def rename_listener(listener: RenameListener) -> None:
    """Add who keeps names of states (in `AppConfig.ready`): `listener(app, renames)` runs in the renaming's transaction."""
    if listener not in _RENAMES:
        _RENAMES.append(listener)


def states_renamed(app: str, renames: Mapping[str, str]) -> None:
    """States of an app took other names: automations' conditions, words per state."""
    for listener in _RENAMES:
        listener(app, renames)
