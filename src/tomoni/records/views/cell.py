"""One cell of a list, edited in place (その場で直す): a piece of the page with JavaScript, a small form without."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records import facade, forms
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views import merge
from tomoni.records.views.common import Inside, address, enter, safe_back
from tomoni.records.views.present import Presenter

TYPES = frozenset(
    {
        "text", "multiline", "number", "date", "datetime", "time", "choice", "radio", "multichoice", "checkbox",
        "link", "user", "department", "group", "category",
    }
)  # fmt: skip


def editable(spec: FieldSpec) -> bool:
    """Whether a cell of the field can be edited in place; tables, files and places need their form."""
    return spec.type in TYPES and not spec.table and forms.is_input(spec)


@staff_required
def cell(request: HttpRequest, code: str, pk: int, field: str) -> HttpResponse:
    """`/build/apps/<code>/<id>/cell/<field>/`. With `X-Piece` only the piece: the control, or the saved cell.

    422 with what is wrong; 409 with both versions, after which saving again means one's own.
    """
    inside = enter(request, code, "edit")
    spec = next((f for f in inside.app.fields if f.code == field and editable(f)), None)
    if spec is None:
        raise NotFound(_("この項目は一覧では直せません。"))
    record = facade.get(actor=inside.actor, app=code, record=pk)
    back = (
        safe_back(request, address("list", inside.app))
        if request.method == "POST"
        else _back(request, inside)
    )
    if request.method != "POST":
        return _form(request, inside, record, spec, record.values.get(field), back=back)
    raw: Any = None
    try:
        raw = forms.read_values(request, [spec], actor=inside.actor, app=code)[field]
        record = facade.update_record(
            actor=inside.actor,
            app=code,
            record=pk,
            values={field: raw},
            revision=merge.posted_revision(request),
        )
    except Conflict:
        theirs = facade.get(actor=inside.actor, app=code, record=pk)
        words = Presenter(inside.app).load([theirs]).text(spec, theirs.values.get(field)) or _("（空）")
        text = _(
            "直しているあいだに、ほかの人がこの記録を変えました。いまの値は「%(theirs)s」です。自分の値にするなら、もう一度保存してください。"
        )
        return _form(
            request, inside, theirs, spec, raw, [text % {"theirs": words[:200]}], status=409, back=back
        )
    except Invalid as error:
        errors = list(error.errors.get(field, ())) or [str(t) for ts in error.errors.values() for t in ts]
        return _form(request, inside, record, spec, raw, errors, status=422, back=back)
    if request.headers.get("X-Piece"):
        shown = Presenter(inside.app).load([record]).cell(record, spec)
        return render(request, "records/parts/cell_done.html", {"cell": shown, "url": request.path})
    messages.success(request, _("保存しました。"))
    return redirect(f"{back}#r{pk}")


def _back(request: HttpRequest, inside: Inside) -> str:
    found = request.GET.get("back", "")
    return (
        found
        if found.startswith(address("list", inside.app)) and "\\" not in found
        else address("list", inside.app)
    )


def _form(
    request: HttpRequest,
    inside: Inside,
    record: Any,
    spec: FieldSpec,
    value: Any,
    errors: list[Any] | None = None,
    *,
    back: str,
    status: int = 200,
) -> HttpResponse:
    context = {
        "field": spec,
        "value": value,
        "errors": errors or [],
        "revision": record.revision,
        "record": record,
        "back": back,
    }
    if request.headers.get("X-Piece"):
        return render(request, "records/parts/cell_form.html", {**context, "app": inside.app}, status=status)
    title = Presenter(inside.app).load([record]).title(record)
    return render(
        request, "records/cell.html", inside.context(request, title=title, **context), status=status
    )
