"""One value into many records (まとめて直す): the field, the value, a look at what changes, then the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Invalid, TomoniError
from tomoni.people.decorators import staff_required
from tomoni.records import facade, forms
from tomoni.records.actions import _clean
from tomoni.records.fieldtypes import Context
from tomoni.records.record import Record
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views import liststate
from tomoni.records.views.bulk import Failure
from tomoni.records.views.cell import editable
from tomoni.records.views.common import Inside, address, enter, safe_back
from tomoni.records.views.present import Presenter

MOST = 500
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One record before and after."""

    id: int
    title: str
    before: str
    after: str


@staff_required
@require_POST
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/bulk/edit/`: the same page at each step; nothing is written before `_step=apply`."""
    inside = enter(request, code, "edit")
    back = safe_back(request, address("list", inside.app))
    records, over = _records(request, inside)
    if not records:
        messages.warning(request, _("記録が選ばれていません。左の四角に印を付けてから押してください。"))
        return redirect(back)
    fields = [f for f in inside.app.fields if editable(f)]
    spec = next((f for f in fields if f.code == request.POST.get("field")), None)
    context: dict[str, Any] = {"records": records, "over": over, "most": MOST, "fields": fields, "spec": spec, "back": back}  # fmt: skip
    if spec is None or request.POST.get("_step") not in ("preview", "apply"):
        return _page(request, inside, context | {"value": None, "errors": []})
    raw: Any = None
    try:
        raw = forms.read_values(request, [spec], actor=inside.actor, app=code)[spec.code]
        cleaned = _clean.clean_or_raise(
            inside.app, Context(actor=inside.actor), {spec.code: raw}, whole=False, current={}
        )[spec.code]
    except Invalid as error:
        errors = list(error.errors.get(spec.code, ())) or [str(error)]
        return _page(request, inside, context | {"value": raw, "errors": errors}, 422)
    if request.POST["_step"] == "apply":
        return _apply(request, inside, records, spec, raw, back)
    changing = [r for r in records if r.values.get(spec.code) != cleaned]
    context |= {"value": raw, "errors": [], "preview": True, "changing": changing}
    context |= {"same": len(records) - len(changing), "examples": _examples(inside, changing, spec, cleaned)}
    return _page(request, inside, context)


def _records(request: HttpRequest, inside: Inside) -> tuple[list[Record], bool]:
    """The chosen records, or all that the list shows; with the revisions that the preview showed, if it did."""
    actor, app = inside.actor, inside.app
    if request.POST.get("all") == "1":
        state = liststate.read(app, QueryDict(request.POST.get("_back", "").partition("?")[2]))
        page = facade.find(actor=actor, app=app.code, query=state.text(), limit=MOST, count=False)
        return page.records, page.next is not None
    told = dict(t.partition(":")[::2] for t in request.POST.getlist("id")[:MOST])
    ids = [n for n in told if n.isascii() and n.isdigit() and len(n) < 19]
    if not ids:
        return [], False
    query = "$id in ({})".format(", ".join(ids))
    page = facade.find(actor=actor, app=app.code, query=query, limit=MOST, count=False)
    return page.records, len(request.POST.getlist("id")) > MOST


def _examples(inside: Inside, records: Sequence[Record], spec: FieldSpec, value: Any) -> list[Change]:
    shown = list(records[:SHOWN])
    presenter = Presenter(inside.app).load(shown)
    if spec.type in ("user", "department"):
        after = Presenter(inside.app).load([_with(r, spec, value) for r in shown[:1]])
        words = after.text(spec, value)
    else:
        words = presenter.text(spec, value)
    empty = _("（空）")
    return [
        Change(
            r.id, presenter.title(r), presenter.text(spec, r.values.get(spec.code)) or empty, words or empty
        )
        for r in shown
    ]


def _with(record: Record, spec: FieldSpec, value: Any) -> Record:
    return replace(record, values={**record.values, spec.code: value})


def _apply(
    request: HttpRequest, inside: Inside, records: Sequence[Record], spec: FieldSpec, raw: Any, back: str
) -> HttpResponse:
    told = dict(t.partition(":")[::2] for t in request.POST.getlist("id"))
    done, failures = 0, []
    for record in records:
        seen = told.get(str(record.id), "")
        try:
            facade.update_record(
                actor=inside.actor,
                app=inside.app.code,
                record=record.id,
                values={spec.code: raw},
                revision=int(seen)
                if seen.isascii() and seen.isdigit() and len(seen) < 10
                else record.revision,
            )
            done += 1
        except TomoniError as error:
            failures.append(Failure(record.id, str(error)))
        except PermissionDenied:
            failures.append(Failure(record.id, _("この記録を処理する権限がありません。")))
    summary = _("%(n)s件の「%(field)s」を直しました。") % {"n": f"{done:,}", "field": spec.label}
    if not failures:
        messages.success(request, summary)
        return redirect(back)
    summary += _("%(n)s件は直せませんでした。") % {"n": f"{len(failures):,}"}
    context = inside.context(request, summary=summary, failures=failures, back=back)
    return render(request, "records/bulk_result.html", context)


def _page(request: HttpRequest, inside: Inside, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "records/bulk_edit.html", inside.context(request, **context), status=status)
