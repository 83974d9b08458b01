"""Adding and changing a record by form; a stale change is shown side by side and never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.core.errors import Conflict, Invalid
from tomoni.people.decorators import staff_required
from tomoni.records import facade, forms, rowforms
from tomoni.records.compute import lookups
from tomoni.records.record import Record
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views import layout, merge
from tomoni.records.views.common import Inside, address, enter, new_request_id


@staff_required
def new(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/new/`: also for what came by telephone, at the counter or on paper."""
    inside = enter(request, code, "add")
    fields = input_fields(inside)
    if request.method != "POST":
        return _form(request, inside, forms.defaults(fields), {})
    if rowforms.step(request.POST):
        return _form(request, inside, *_stepped(request, inside, fields))
    values: dict[str, Any] = {}
    try:
        values = forms.read_values(request, fields, actor=inside.actor, app=code)
        record = facade.create_record(
            actor=inside.actor,
            app=code,
            values=values,
            source="staff",
            request_id=request.POST.get("_request", "")[:64],
        )
    except Invalid as error:
        return _form(request, inside, error.details.get("raw", values), error.errors, status=422)
    messages.success(request, _("%(number)s番で登録しました。") % {"number": record.number})
    if request.POST.get("_again"):
        return redirect("records:new", code)
    if not inside.may.view:
        return redirect("records:home")
    return redirect("records:record", code, record.id)


@staff_required
def edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """`/build/apps/<code>/<id>/edit/`. 409 with both versions when somebody else was faster."""
    inside = enter(request, code, "edit")
    record = facade.get(actor=inside.actor, app=code, record=pk)
    fields = input_fields(inside, record)
    if request.method != "POST":
        return _form(request, inside, record.values, {}, record=record, revision=record.revision)
    values: dict[str, Any] = {}
    revision = merge.posted_revision(request)
    if rowforms.step(request.POST):
        raw, problems = _stepped(request, inside, fields)
        return _form(request, inside, raw, problems, record=record, revision=revision)
    try:
        values = forms.read_values(request, fields, actor=inside.actor, app=code)
        if request.POST.get("_merge"):
            values = merge.chosen(request, values)
        facade.update_record(actor=inside.actor, app=code, record=pk, values=values, revision=revision)
    except Conflict as conflict:
        return merge.page(request, inside, fields, values, conflict, revision)
    except Invalid as error:
        raw = {**record.values, **error.details.get("raw", values)}
        return _form(request, inside, raw, error.errors, record=record, revision=revision, status=422)
    messages.success(request, _("保存しました。"))
    return redirect("records:record", code, pk)


def _stepped(
    request: HttpRequest, inside: Inside, fields: list[FieldSpec]
) -> tuple[dict[str, Any], Mapping[str, list[Any]]]:
    """The form after a button of a table (add, remove, move), for pages without JavaScript. Nothing is saved."""
    try:
        values = forms.read_values(request, fields, actor=inside.actor, app=inside.app.code, blank_rows=True)
    except Invalid as error:
        return rowforms.stepped(request.POST, fields, error.details["raw"]), error.errors
    return rowforms.stepped(request.POST, fields, values), {}


def input_fields(inside: Inside, record: Record | None = None) -> list[FieldSpec]:
    """The fields that people fill, as far as their rights on fields go."""
    access = facade.access(actor=inside.actor, app=inside.app.code, record=record.id if record else None)
    found = [f for f in inside.app.fields if forms.is_input(f) and access.get(f.code, "edit") == "edit"]
    return [noted(f, inside.app.fields) for f in found]


def noted(spec: FieldSpec, fields: Sequence[FieldSpec]) -> FieldSpec:
    """A field that a lookup fills in says so in its help."""
    for lookup in lookups.of(fields):
        if any(copy["to"] == spec.code for copy in lookup.options.get("copies", ())):
            note = _("「%(field)s」を入れると、保存のときに入ります。") % {"field": lookup.label}
            return replace(spec, help=f"{note} {spec.help}".strip())
    return spec


def _form(
    request: HttpRequest,
    inside: Inside,
    values: Mapping[str, Any],
    errors: Mapping[str, list[Any]],
    *,
    record: Record | None = None,
    revision: int | None = None,
    status: int = 200,
) -> HttpResponse:
    fields, app = input_fields(inside, record), inside.app
    sent = request.POST.get("_request", "")[:64]
    rows = forms.rows(fields, values, errors)
    context = inside.context(
        request,
        record=record,
        revision=revision,
        rows=rows,
        blocks=layout.blocks(app, {r.field.code: r for r in rows}, wrong=frozenset(errors)),
        problems=forms.problems(fields, errors),
        has_tables=any(f.type == "table" for f in fields),
        heading=_("%(number)s番の内容を直す") % {"number": record.number} if record else _("記録を登録する"),
        lead="" if record else _("電話、窓口、紙で受けた分もここから入れます。"),
        verb=_("保存する") if record else _("登録する"),
        cancel_url=address("record", app, record.id) if record else address("list", app),
        request_id=sent or new_request_id(),
    )
    return render(request, "records/record_form.html", context, status=status)
