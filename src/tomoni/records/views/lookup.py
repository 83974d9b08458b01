"""Lookups in pages: suggestions while typing, copying again; and related records on a record's page."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records import facade, fieldtypes
from tomoni.records.compute import lookups
from tomoni.records.compute.related import quoted
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views.common import enter
from tomoni.records.views.present import Cell, Grid, Presenter

MOST = 20


@staff_required
@require_safe
def suggest(request: HttpRequest, code: str, field: str) -> HttpResponse:
    """`/build/apps/<code>/lookup/<field>/?q=`: keys that fit what is typed, of records that the person may see."""
    inside = enter(request, code, "view")
    spec = inside.app.field(field)
    if spec.type != "lookup":
        raise NotFound(field=field)
    text = request.GET.get("q", "").strip()[:100]
    try:
        source = facade.app(actor=inside.actor, code=spec.options["app"])
        found = facade.find(
            actor=inside.actor, app=source.code, query=_query(spec, source, text), limit=MOST, count=False
        ).records
    except (NotFound, Forbidden, Invalid):
        return JsonResponse({"found": []})
    key = source.field(spec.options["key"])
    presenter = Presenter(source).load(found)
    shown = [f for c in spec.options.get("show", ()) if (f := source.by_code.get(c)) and f.code != key.code]
    lines = []
    for record in found:
        notes = [presenter.text(f, presenter.value(record, f)) for f in shown]
        written = lookups.as_text(key, lookups.value_of(record, key))
        lines.append({"key": written, "note": "　".join(note for note in notes if note)})
    return JsonResponse({"found": lines})


def _query(spec: FieldSpec, source: AppSchema, text: str) -> str:
    key = source.field(spec.options["key"])
    operators = fieldtypes.get(key.type).operators
    parts = [f"({spec.options['query']})"] if spec.options.get("query") else []
    if text:
        parts.append(
            f"{key.code} like {quoted(text)}" if "like" in operators else f"{key.code} = {quoted(text)}"
        )
    else:
        parts.append(f"{key.code} is not empty" if "is not empty" in operators else f"{key.code} > 0")
    return " and ".join(parts)


@staff_required
@require_POST
def again(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Copies every lookup of a record again."""
    inside = enter(request, code, "view")
    record = facade.get(actor=inside.actor, app=code, record=pk)
    changed = [
        facade.resync_lookup(actor=inside.actor, app=code, field=f.code, record=record.id)
        for f in of_app(inside.app)
    ]
    messages.success(request, _("最新の内容を写しました。") if any(changed) else _("すでに最新の内容です。"))
    return redirect("records:record", code, pk)


@staff_required
@require_POST
def all_again(request: HttpRequest, code: str, field: str) -> HttpResponse:
    """Copies a lookup again for the whole app, as a job."""
    inside = enter(request, code, "manage")
    return redirect("core:job", facade.resync_lookups(actor=inside.actor, app=code, field=field))


def of_app(app: AppSchema) -> list[FieldSpec]:
    """The lookups of an app, those in tables too."""
    return [f for f in app.by_code.values() if f.type == "lookup"]


def with_related(actor: Actor, app: AppSchema, record: Record, cells: list[Cell]) -> list[Cell]:
    """The cells of a record's page, with the related records that the person may see."""
    return [
        _related(actor, app, record, cell) if app.by_code[cell.code].type == "reference" else cell
        for cell in cells
    ]


def _related(actor: Actor, app: AppSchema, record: Record, cell: Cell) -> Cell:
    spec = app.field(cell.code)
    page = facade.related(actor=actor, app=app.code, record=record, field=spec.code)
    if not page.records:
        return cell
    source = facade.app(actor=actor, code=spec.options["app"])
    columns = [f for c in spec.options.get("show", ()) if (f := source.by_code.get(c))]
    columns = columns or list(source.fields[:4])
    presenter = Presenter(source).load(page.records)
    number = source.field("レコード番号")
    rows = tuple(
        (
            _link(presenter.cell(r, number), source.code, r.id),
            *(presenter.cell(r, f) for f in columns),
        )
        for r in page.records
    )
    heads = ((_("番号"), False), *((f.label, f.type in ("number", "calc")) for f in columns))
    return replace(cell, kind="table", text=cell.label, grid=Grid(heads, rows))


def _link(cell: Cell, app: str, number: int) -> Cell:
    return replace(cell, kind="link", href=reverse("records:record", args=[app, number]))
