"""Changing a field's type: choose it, see what will not convert, then do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records import jobs
from tomoni.records.actions._convert import CHANGEABLE, Report, values
from tomoni.records.actions.change_field_type import change_field_type, planned, preview_field_type
from tomoni.records.ddl.tables import tables
from tomoni.records.forms import Problem
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views import fieldwords
from tomoni.records.views.common import Inside, enter

AT_ONCE = 5_000
SUGGESTED = 30


@staff_required
def change(request: HttpRequest, code: str, field: str) -> HttpResponse:
    """`/build/apps/<code>/form/<field>/type/`."""
    inside = enter(request, code, "manage")
    spec = next((f for f in inside.app.fields if f.code == field), None)
    if spec is None or spec.type not in CHANGEABLE:
        raise NotFound(_("この項目の種類は変えられません。"))
    name = request.POST.get("type") or request.GET.get("type", "")
    kind = fieldwords.BY_CODE.get(name) if name in CHANGEABLE and name != spec.type else None
    if kind is None:
        return _page(request, inside, spec, None, {}, {})
    if request.method != "POST":
        return _page(request, inside, spec, kind, _first_options(inside.app, spec, kind), {})
    options = fieldwords.read_options(kind, request.POST)
    try:
        if request.POST.get("_do") == "change":
            return _change(request, inside, spec, kind, options)
        report = preview_field_type(
            actor=inside.actor, app=code, field=field, type=kind.code, options=options
        )
    except Invalid as error:
        return _page(request, inside, spec, kind, options, error.errors, status=422)
    return _page(request, inside, spec, kind, options, {}, report=report)


def _change(
    request: HttpRequest, inside: Inside, spec: FieldSpec, kind: fieldwords.TypeWords, options: dict[str, Any]
) -> HttpResponse:
    app, actor = inside.app, inside.actor
    planned(app, spec.code, kind.code, options)
    many = tables(app).record._default_manager.values("pk")[: AT_ONCE + 1].count() > AT_ONCE
    if many and actor.id is not None and spec.id is not None:
        started = jobs.change_type.enqueue(
            actor_id=actor.id, app_id=app.id, field_id=spec.id, type=kind.code, options=options
        )
        return redirect("core:job", started.id)
    done = change_field_type(actor=actor, app=app.code, field=spec.code, type=kind.code, options=options)
    text = _("項目「%(label)s」の種類を変えました。%(n)s件を移し、%(failed)s件は空にしました。")
    counts = {"n": f"{done.report.converted:,}", "failed": f"{done.report.failed:,}"}
    messages.success(request, text % {"label": spec.label[:60], **counts})
    return redirect("records:form", app.code)


def _first_options(app: AppSchema, spec: FieldSpec, kind: fieldwords.TypeWords) -> dict[str, Any]:
    """The settings that the new type may take over; for choices the values that are there."""
    names = {o.name for o in kind.options}
    found = {k: v for k, v in spec.options.items() if k in names}
    if "choices" in names and "choices" not in found:
        seen: dict[str, None] = {}
        for _record, value in next(values(app, spec), []):
            if isinstance(value, str) and value.strip() and "\n" not in value:
                seen[value.strip()[:200]] = None
        found["choices"] = list(seen)[:SUGGESTED]
    return found


def _page(
    request: HttpRequest,
    inside: Inside,
    spec: FieldSpec,
    kind: fieldwords.TypeWords | None,
    options: Mapping[str, Any],
    errors: Mapping[str, Sequence[Any]],
    *,
    report: Report | None = None,
    status: int = 200,
) -> HttpResponse:
    settings = [
        {
            "id": f"o-{o.name}",
            "input": f"o.{o.name}",
            "label": o.label,
            "help": o.help,
            "must": o.must,
            "rows": 6 if o.kind == "lines" else 0,
            "value": fieldwords.write_option(o, options),
        }
        for o in (kind.options if kind else ())
    ]
    context = inside.context(
        request,
        "form",
        field=spec,
        type_label=fieldwords.label_of(spec.type),
        types=[w for w in fieldwords.words() if w.code in CHANGEABLE and w.code != spec.type],
        chosen=kind,
        settings=settings,
        report=report,
        problems=[Problem("", "", str(text)) for texts in errors.values() for text in texts],
    )
    return render(request, "records/builder/field_type.html", context, status=status)
