"""A stale edit (409): both versions field by field, and the choice between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tomoni.core.errors import Conflict
from tomoni.records import facade
from tomoni.records.record import Revision
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views.common import Inside
from tomoni.records.views.present import Presenter
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
    base = before(facade.history(actor=inside.actor, app=code, record=pk), seen)
    rows = [
        Difference(
            code=spec.code,
            label=spec.label,
            theirs=presenter.text(spec, record.values.get(spec.code)),
            mine=presenter.text(spec, mine[spec.code]),
            raw=_raw(spec, values.get(spec.code)),
            touched=spec.code not in base or base[spec.code] != mine[spec.code],
        )
        for spec in fields
        if spec.code in mine
    ]
    who = presenter.names.users.get(record.modifier or 0, _("自動または住民の入力"))
    context = inside.context(
        request, record=record, theirs_by=f"{moment(record.updated_at)}　{who}", rows=rows
    )
    return render(request, "records/conflict.html", context, status=409)


def before(revisions: Sequence[Revision], seen: int) -> dict[str, Any]:
    """The values, as they were at the revision `seen`, of the fields that changed afterwards."""
    found: dict[str, Any] = {}
    for revision in sorted(revisions, key=lambda r: r.revision):
        if revision.revision > seen:
            for change in revision.changes:
                found.setdefault(change.code, change.old)
    return found


def _raw(spec: FieldSpec, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [(f"{spec.code}.{part}", str(value.get(part, ""))) for part in ("lat", "lon")]
    if isinstance(value, list):
        return [(spec.code, str(v)) for v in value]
    return [(spec.code, "" if value is None else str(value))]
