"""A draft brought onto a definition that moved on meanwhile: both sides' changes, and where they clash."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from tomoni.records.schema import edit
from tomoni.records.schema.spec import AppSpec, FieldSpec


@dataclass(frozen=True, slots=True)
class Rebased:
    """The joined definition; `clashes` names parts and fields that both sides changed, where the draft's side was taken."""

    spec: AppSpec
    clashes: tuple[str, ...] = ()


def rebase(base: AppSpec, mine: AppSpec, theirs: AppSpec) -> Rebased:
    """What the draft `mine` changed since `base`, done to `theirs`."""
    base, mine, theirs = edit.settled(base), edit.settled(mine), edit.settled(theirs)
    clashes: list[str] = []
    made = _fields(base, mine, theirs, clashes)
    parts: dict[str, Any] = {"fields": made}
    for part in fields(AppSpec):
        if part.name == "fields":
            continue
        before, own, other = (getattr(s, part.name) for s in (base, mine, theirs))
        if own != before and other != before and own != other and part.name != "layout":
            clashes.append(part.name)
        parts[part.name] = own if own != before else other
    spec = replace(theirs, **parts)
    gone = {f.code for f in base.fields} - {f.code for f in made}
    kept = tuple(replace(v, columns=tuple(c for c in v.columns if c not in gone)) for v in spec.views)
    title = "" if spec.title_field in gone else spec.title_field
    return Rebased(edit.settled(replace(spec, views=kept, title_field=title)), tuple(clashes))


def _fields(base: AppSpec, mine: AppSpec, theirs: AppSpec, clashes: list[str]) -> tuple[FieldSpec, ...]:
    before = {f.id: f for f in base.fields}
    other = {f.id: f for f in theirs.fields}
    made: list[FieldSpec] = []
    for spec in mine.fields:
        old, now = before.get(spec.id), other.get(spec.id)
        if spec.id is None or old is None:
            made.append(spec)
        elif now is None:
            if spec != old:
                clashes.append(spec.label)
        elif spec in (old, now):
            made.append(now)
        else:
            if now != old:
                clashes.append(spec.label)
            made.append(spec)
    own = {f.id for f in mine.fields}
    for number, now in other.items():
        if number in own:
            continue
        if number not in before:
            made.append(now)
        elif now != before[number]:
            clashes.append(now.label)
    return tuple(made)
