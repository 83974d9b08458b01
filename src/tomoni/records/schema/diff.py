"""What a new definition changes (変更点), as data that pages and the API put into words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import AppSpec, FieldSpec

Kind = Literal["added", "removed", "changed", "moved"]
_BY_NAME = ("states", "actions", "views")
_WHOLE = (
    "name", "description", "title_field", "record_rule", "rights", "layout", "record_rights", "field_rights",
    "notices", "retention", "settings",
)  # fmt: skip
_NOT_WORDS = frozenset({"id", "deleted", "table", "table_id", "fields"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `part`: field, states, actions, views or the name of a setting; `key`: the field's code or the
    item's name; `names`: which properties differ, as (name, old, new).
    """

    kind: Kind
    part: str
    key: str = ""
    label: str = ""
    names: tuple[tuple[str, Any, Any], ...] = ()


def changes(old: AppSchema | AppSpec, new: AppSpec) -> list[Change]:
    """Every difference between a definition and the next: fields first, then process, views, rights, settings."""
    found = list(_fields(old.fields, new.fields))
    for part in _BY_NAME:
        found += _named(part, getattr(old, part), getattr(new, part))
    for part in _WHOLE:
        before, after = getattr(old, part), getattr(new, part)
        if before != after and (before or after):
            found.append(Change("changed", part, names=((part, before, after),)))
    return found


def _fields(old: Sequence[FieldSpec], new: Sequence[FieldSpec], table: str = "") -> Iterator[Change]:
    by_id = {f.id: f for f in old if f.id is not None}
    by_code = {(f.code, f.type): f for f in old}
    pairs: list[tuple[FieldSpec, FieldSpec]] = []
    for spec in new:
        former = by_id.get(spec.id) if spec.id is not None else by_code.get((spec.code, spec.type))
        if former is None:
            yield Change("added", "field", spec.code, spec.label)
        else:
            pairs.append((former, spec))
    kept = {id(former) for former, _spec in pairs}
    for former in old:
        if id(former) not in kept:
            yield Change("removed", "field", former.code, former.label)
    for former, spec in pairs:
        if names := _differing(former, spec):
            yield Change("changed", "field", spec.code, spec.label, names)
        yield from _fields(former.fields, spec.fields, spec.code)
    order = [f.code for f in old if id(f) in kept]
    if order != [former.code for former, _spec in pairs]:
        yield Change("moved", "field", table)


def _differing(old: Any, new: Any) -> tuple[tuple[str, Any, Any], ...]:
    names = [f.name for f in fields(old) if f.name not in _NOT_WORDS]
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in names)
    return tuple((n, a, b) for n, a, b in pairs if (dict(a) if n == "options" else a) != b)


def _named(part: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    def key(item: Any) -> str:
        return f"{item.name}\0{item.source}" if part == "actions" else str(item.name)

    before, after = {key(i): i for i in old}, {key(i): i for i in new}
    for name, item in after.items():
        if name not in before:
            yield Change("added", part, item.name, item.name)
        elif names := _differing(before[name], item):
            yield Change("changed", part, item.name, item.name, names)
    for name, item in before.items():
        if name not in after:
            yield Change("removed", part, item.name, item.name)
    if [n for n in before if n in after] != [n for n in after if n in before]:
        yield Change("moved", part)
