"""「アプリをつくる」: a name and the first fields are enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.people.decorators import right_required
from tomoni.records import facade
from tomoni.records.forms import Problem
from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, RightSpec, StateSpec, ViewSpec
from tomoni.records.views import codes, fieldwords
from tomoni.records.views.common import actor_of

ROWS = 6


@right_required("apps.create")
def create(request: HttpRequest) -> HttpResponse:
    """`/build/new/`."""
    if request.method != "POST":
        return _page(
            request, {"task_id": request.GET.get("task_id", "")[:64]}, [{} for _n in range(ROWS)], {}
        )
    data = {k: request.POST.get(k, "").strip() for k in ("name", "code", "description", "task_id")}
    rows = _rows(request)
    try:
        fields = _fields(rows)
        spec = _spec(data, fields)
        app = facade.create_app(actor=actor_of(request), spec=spec)
    except Invalid as error:
        return _page(request, data, rows, error.errors, status=422)
    messages.success(
        request, _("アプリ「%(name)s」をつくりました。つぎは項目を見直します。") % {"name": app.name[:60]}
    )
    return redirect("records:form", app.code)


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    labels, types = request.POST.getlist("label")[:50], request.POST.getlist("type")[:50]
    required = set(request.POST.getlist("required"))
    return [
        {"label": label.strip(), "type": kind, "required": str(index) in required}
        for index, (label, kind) in enumerate(zip(labels, types, strict=False))
    ]


def _fields(rows: list[dict[str, Any]]) -> tuple[FieldSpec, ...]:
    made: list[FieldSpec] = []
    for row in rows:
        if not row["label"]:
            continue
        if row["type"] not in fieldwords.SIMPLE:
            raise Invalid({"fields": [_("項目の種類を選び直してください。")]})
        code = codes.field_code(row["label"], {f.code for f in made})
        made.append(FieldSpec(code=code, type=row["type"], label=row["label"], required=row["required"]))
    return tuple(made)


def _spec(data: Mapping[str, str], fields: tuple[FieldSpec, ...]) -> AppSpec:
    """The app as it starts: everyone on the staff may use it, one list, a simple process."""
    if not data["name"]:
        raise Invalid({"name": [_("アプリの名前を入力してください。")]})
    states = (StateSpec(_("受付"), "new"), StateSpec(_("対応中"), "doing"), StateSpec(_("完了"), "done"))
    actions = (
        ActionSpec(_("対応を始める"), states[0].name, states[1].name, primary=True),
        ActionSpec(_("完了にする"), states[1].name, states[2].name, primary=True),
        ActionSpec(_("対応中に戻す"), states[2].name, states[1].name),
    )
    text = next((f.code for f in fields if f.type == "text"), "")
    return AppSpec(
        code=data["code"] or codes.app_code(data["name"]),
        name=data["name"],
        description=data["description"],
        fields=fields,
        states=states,
        actions=actions,
        views=(ViewSpec(_("すべて")),),
        rights=(
            RightSpec("staff", ("view", "add", "edit", "export")),
            RightSpec("role:dx", ("manage", "delete")),
        ),
        title_field=text,
        task_id=data["task_id"],
    )


def _page(
    request: HttpRequest,
    data: Mapping[str, str],
    rows: list[dict[str, Any]],
    errors: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    rows = rows + [{} for _n in range(ROWS - len(rows))]
    labels = {
        "name": _("アプリの名前"),
        "code": _("コード"),
        "description": _("何のためのアプリか"),
        "task_id": _("業務の番号"),
    }
    problems = [
        Problem(key if key in labels else "", labels.get(key, ""), str(text))
        for key, ts in errors.items()
        for text in ts
    ]
    context = {
        "data": data,
        "rows": rows,
        "errors": errors,
        "problems": problems,
        "simple_types": [t for t in fieldwords.words() if t.code in fieldwords.SIMPLE],
    }
    return render(request, "records/app_new.html", context, status=status)
