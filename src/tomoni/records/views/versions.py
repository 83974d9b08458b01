"""The history page (変更履歴): every version of a record, any two compared in words, going back to one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tomoni.core.errors import NotFound
from tomoni.core.paging import position
from tomoni.people.decorators import staff_required
from tomoni.records import facade
from tomoni.records.actions.restore_revision import values_at
from tomoni.records.fieldtypes import table
from tomoni.records.query.sight import unseen_on
from tomoni.records.record import FieldChange, Record, Revision
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.views import reads
from tomoni.records.views.common import enter
from tomoni.records.views.present import STATUS, Presenter

SIZE = 50


@staff_required
def history(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """`/build/apps/<code>/<id>/history/?from=&to=`: fifty versions a page (`?before=`), and what differs between two."""
    inside = enter(request, code, "view")
    app, actor = inside.app, inside.actor
    record = facade.get(actor=actor, app=code, record=pk)
    revisions = facade.history(actor=actor, app=code, record=pk)
    before = position(request, "before")
    shown = [r for r in revisions if before is None or r.revision < before]
    numbers = [r.revision for r in revisions]
    old, new = (_picked(request, name, numbers) for name in ("from", "to"))
    sides = [state_at(app, record, n) for n in (old, new) if n is not None]
    people = [r.user_id for r in shown[:SIZE]]
    presenter = Presenter(app).load([record, *sides], people)
    diffs = None
    if len(sides) == 2:
        changes = [*moved(revisions, old, new), *compared(app, *sides)]
        diffs = [d for change in changes for d in presenter.diffs_of(change)]
    mine = reads.verbs_on(actor, app, record)
    context = inside.context(
        request, record=record, title=presenter.title(record), numbers=numbers, old=old, new=new, diffs=diffs,
        entries=presenter.entries(shown[:SIZE], record.revision, may_restore="edit" in mine),
        before=shown[SIZE - 1].revision if len(shown) > SIZE else None,
    )  # fmt: skip
    return render(request, "records/history.html", context)


def _picked(request: HttpRequest, name: str, numbers: list[int]) -> int | None:
    found = position(request, name)
    if found is not None and found not in numbers:
        raise NotFound()
    return found


def state_at(app: AppSchema, record: Record, number: int) -> Record:
    """The record with the values of one of its versions, as far as the reader sees them."""
    from dataclasses import replace

    if number == record.revision:
        return record
    hidden = set(unseen_on(app, record.id))
    values = {c: v for c, v in values_at(app, record, number).items() if c not in hidden}
    return replace(record, values={**record.values, **values})


def moved(revisions: Iterable[Revision], old: int | None, new: int | None) -> list[FieldChange]:
    """The change of state between two versions, if the state differs; read from the history the reader sees."""
    low, high = sorted((old or 0, new or 0))
    passed = sorted((r for r in revisions if low < r.revision <= high), key=lambda r: r.revision)
    steps = [c for r in passed for c in r.changes if c.code == STATUS]
    if not steps or steps[0].old == steps[-1].new:
        return []
    ends = (steps[0].old, steps[-1].new)
    before, after = ends if low == old else reversed(ends)
    return [FieldChange(STATUS, steps[0].label, before, after)]


def compared(app: AppSchema, old: Record, new: Record) -> list[FieldChange]:
    """What differs between two versions, in the order of the form."""
    found = []
    for field in app.fields:
        before: Any = old.values.get(field.code)
        after: Any = new.values.get(field.code)
        if before == after:
            continue
        if field.type == "table":
            before, after = table.difference(before or [], after or [])
        found.append(FieldChange(field.code, field.label, before, after))
    return found
