"""A stale edit (409): both versions field by field, and the choice between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tomoni.core.errors import Conflict
from tomoni.records import facade, rowforms
from tomoni.records.fieldtypes.table import RowsPart, undo
from tomoni.records.record import Record, Revision
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views.common import Inside
from tomoni.records.views.present import Cell, Presenter
from tomoni.ui.templatetags.ui import moment


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs. `raw`: the hidden controls that carry my input on. `touched`: I changed it myself."""

    code: str
    label: str
    theirs: str
    mine: str
    raw: list[tuple[str, str]]
    touched: bool
    theirs_cell: Cell | None = None
    mine_cell: Cell | None = None


def posted_revision(request: HttpRequest) -> int:
    """The revision the form was opened at. A form without one is as stale as can be."""
    text = request.POST.get("_revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def chosen(request: HttpRequest, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the compared fields, those where the person keeps their own input."""
    return {code: value for code, value in values.items() if request.POST.get(f"keep.{code}") == "mine"}


def page(
    request: HttpRequest,
    inside: Inside,
    fields: Sequence[FieldSpec],
    values: Mapping[str, Any],
    conflict: Conflict,
    seen: int,
) -> HttpResponse:
    """The comparison, with status 409. Nothing has been saved. `seen` is the revision my form was opened at."""
    code, pk = inside.app.code, int(conflict.details["record"])
    record = facade.get(actor=inside.actor, app=code, record=pk)
    mine: Mapping[str, Any] = conflict.details["mine"]
    merged = replace(record, values={**record.values, **mine})
    presenter = Presenter(inside.app).load([record, merged])
    base = before(facade.history(actor=inside.actor, app=code, record=pk), seen, record, fields)
    rows = [
        Difference(
            code=spec.code,
            label=spec.label,
            theirs=presenter.text(spec, record.values.get(spec.code)),
            mine=presenter.text(spec, mine[spec.code]),
            raw=rowforms.hidden(spec, values.get(spec.code)),
            touched=spec.code not in base or not _same(spec, base[spec.code], mine[spec.code]),
            theirs_cell=presenter.cell(record, spec) if spec.type == "table" else None,
            mine_cell=presenter.cell(merged, spec) if spec.type == "table" else None,
        )
        for spec in fields
        if spec.code in mine
    ]
    who = presenter.names.users.get(record.modifier or 0, _("自動または住民の入力"))
    context = inside.context(
        request, record=record, theirs_by=f"{moment(record.updated_at)}　{who}", rows=rows
    )
    return render(request, "records/conflict.html", context, status=409)


def _same(spec: FieldSpec, base: Any, mine: Any) -> bool:
    """Whether I left a field as I found it. Rows that others took away meanwhile have lost their numbers."""
    if spec.type == "table":
        return [row["values"] for row in base] == [row["values"] for row in mine]
    return bool(base == mine)


def before(
    revisions: Sequence[Revision], seen: int, record: Record, fields: Sequence[FieldSpec]
) -> dict[str, Any]:
    """The values, as they were at the revision `seen`, of the fields that changed afterwards."""
    found: dict[str, Any] = {}
    tables = {f.code: f for f in fields if f.type == "table"}
    for revision in sorted(revisions, key=lambda r: -r.revision):
        for change in revision.changes:
            if revision.revision > seen and change.code in tables and isinstance(change.old, RowsPart):
                rows = found.get(change.code, record.values.get(change.code) or [])
                found[change.code] = undo(rows, change.old, tables[change.code])
    for revision in sorted(revisions, key=lambda r: r.revision):
        if revision.revision > seen:
            for change in revision.changes:
                found.setdefault(change.code, change.old)
    return found
