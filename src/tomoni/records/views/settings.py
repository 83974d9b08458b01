"""An app's process, views, rights and name: readable tables, and forms simple enough for an afternoon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.core import stale
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records.actions.set_views import set_views, state_of
from tomoni.records.actions.update_app import update_app
from tomoni.records.forms import Problem
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import ViewSpec
from tomoni.records.views import querytext, querywords, viewkinds
from tomoni.records.views.common import PAGES, Inside, address, enter
from tomoni.records.views.liststate import columns_of

KINDS = ("new", "doing", "wait", "done", "stop")
DATES = ("date", "datetime", "slot", "calc_date", "calc_datetime", "created_at", "updated_at")
BLANKS = 2


@staff_required
def views(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/views/`: the list of views; a POST adds one."""
    inside = enter(request, code, "manage")
    problems: list[Problem] = []
    name = request.POST.get("name", "").strip()[:100]
    if request.method == "POST":
        made = viewkinds.first(inside.app, name, request.POST.get("kind", ""))
        try:
            _unused(inside.app, name)
            set_views(actor=inside.actor, app=code, views=(*inside.app.views, made))
            return redirect("records:view_edit", code, len(inside.app.views))
        except Invalid as error:
            problems = [Problem("name", _("一覧の名前"), str(t)) for ts in error.errors.values() for t in ts]
    rows = [
        {
            "view": v,
            "words": querywords.words(v.query, inside.app),
            "index": i,
            "columns": "、".join(inside.app.by_code[c].label for c in v.columns if c in inside.app.by_code),
            "kind": viewkinds.words().get(v.kind, v.kind),
            "url": address(PAGES.get(v.kind, "list"), inside.app, view=v.name),
        }
        for i, v in enumerate(inside.app.views)
    ]
    context = inside.context(
        request, "views", rows=rows, name=name, problems=problems, kinds=viewkinds.offered(inside.app)
    )
    return render(request, "records/builder/views.html", context, status=422 if problems else 200)


def _unused(app: AppSchema, name: str, index: int = -1) -> None:
    if any(v.name == name for i, v in enumerate(app.views) if i != index):
        raise Invalid({"name": [_("同じ名前の一覧がすでにあります。")]})


@staff_required
def view_edit(request: HttpRequest, code: str, index: int) -> HttpResponse:
    """One view: name, columns, filter, order. `_do=delete` removes it, `up`/`down` move it."""
    inside = enter(request, code, "manage")
    if index >= len(inside.app.views):
        raise NotFound(_("この一覧はもうありません。"))
    view = inside.app.views[index]
    if request.method != "POST":
        return _view(request, inside, index, view, {})
    every = list(inside.app.views)
    action = request.POST.get("_do", "")
    if action == "delete":
        del every[index]
    elif action in ("up", "down"):
        every.insert(max(0, index + (-1 if action == "up" else 1)), every.pop(index))
    else:
        view = every[index] = _posted_view(request, view)
    try:
        _unused(inside.app, view.name, index)
        opened_on = request.POST.get("opened_on")
        set_views(actor=inside.actor, app=code, views=tuple(every), opened_on=opened_on)
    except Conflict:
        return _view(request, inside, index, view, {}, status=409)
    except Invalid as error:
        return _view(request, inside, index, view, error.errors, status=422)
    messages.success(request, _("一覧の設定を保存しました。"))
    return redirect("records:views", code)


def _posted_view(request: HttpRequest, view: ViewSpec) -> ViewSpec:
    order = request.POST.get("sort", "")[:100]
    clause = f"{order} {'desc' if request.POST.get('direction') == 'desc' else 'asc'}" if order else ""
    return replace(
        view,
        name=request.POST.get("name", "").strip()[:100],
        columns=tuple(request.POST.getlist("col")[:100]),
        query=querytext.ordered(request.POST.get("query", "").strip()[:4000], clause),
        date_field=request.POST.get("date_field", "")[:100] if view.kind == "calendar" else "",
        options=viewkinds.posted(view, request.POST),
    )


def _differing(app: AppSchema, mine: ViewSpec, theirs: ViewSpec) -> list[tuple[str, str, str]]:
    """(what, mine, theirs) in words, where two versions of a view differ."""

    def columns(view: ViewSpec) -> str:
        return "、".join(app.by_code[c].label for c in view.columns if c in app.by_code)

    def asked(view: ViewSpec) -> str:
        return querywords.words(view.query, app)

    rows = [
        (_("名前"), mine.name, theirs.name),
        (_("列"), columns(mine), columns(theirs)),
        (_("条件と順番"), asked(mine), asked(theirs)),
    ]
    return [row for row in rows if row[1] != row[2]]


def _view(
    request: HttpRequest,
    inside: Inside,
    index: int,
    view: ViewSpec,
    errors: Mapping[str, Sequence[Any]],
    status: int = 200,
) -> HttpResponse:
    where, order = querytext.split(view.query)
    sort, _space, direction = order.split(",")[0].strip().partition(" ")
    every = columns_of(inside.app)
    context = inside.context(
        request,
        "views",
        view=view,
        index=index,
        where=where,
        sort=sort,
        descending=direction.strip().lower() == "desc",
        choices=[{"code": f.code, "label": f.label, "shown": f.code in view.columns} for f in every],
        sorts=[{"code": f.code, "label": f.label} for f in every if f.type not in ("file", "location")],
        dates=[{"code": f.code, "label": f.label} for f in every if f.type in DATES],
        problems=[Problem("", "", str(t)) for ts in errors.values() for t in ts],
        last=len(inside.app.views) - 1,
        kind=viewkinds.words().get(view.kind, view.kind),
        by=viewkinds.board_fields(inside.app),
        places=viewkinds.map_fields(inside.app),
        open_url=address(PAGES.get(view.kind, "list"), inside.app, view=inside.app.views[index].name),
        opened_on=stale.mark(state_of(inside.app)),
        conflict=status == 409,
        differing=_differing(inside.app, view, inside.app.views[index]) if status == 409 else [],
    )
    return render(request, "records/builder/view.html", context, status=status)


@staff_required
def about(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/about/`: name, description, what a record is called, the task it belongs to."""
    inside = enter(request, code, "manage")
    names = ("name", "description", "title_field", "task_id")
    data = {n: getattr(inside.app, n) for n in names}
    errors: Mapping[str, Sequence[Any]] = {}
    conflict: Conflict | None = None
    if request.method == "POST":
        data = {n: request.POST.get(n, "").strip()[:2000] for n in names}
        try:
            update_app(actor=inside.actor, app=code, opened_on=request.POST.get("opened_on"), **data)
            messages.success(request, _("保存しました。"))
            return redirect("records:about", code)
        except Conflict as error:
            conflict = error
        except Invalid as error:
            errors = error.errors
    labels = {
        "name": _("アプリの名前"), "title_field": _("記録の見出しにする項目"),
        "description": _("何のためのアプリか"), "task_id": _("業務の番号"),
    }  # fmt: skip
    present = {n: getattr(inside.app, n) for n in names}
    problems = [
        Problem(k if k in labels else "", labels.get(k, ""), str(t)) for k, ts in errors.items() for t in ts
    ]
    titles = [
        {"code": f.code, "label": f.label}
        for f in inside.app.fields
        if f.type in ("text", "choice", "number")
    ]
    context = inside.context(
        request,
        "about",
        data=data,
        errors=errors,
        problems=problems,
        titles=titles,
        may_copy=inside.actor.may("apps.create"),
        copy_name=_("%(name)sの写し") % {"name": inside.app.name[:90]},
        opened_on=stale.mark(present),
        conflict=conflict is not None,
        differing=[(labels[n], data[n], present[n]) for n in names if data[n] != present[n]]
        if conflict
        else [],
    )
    return render(
        request, "records/builder/about.html", context, status=409 if conflict else 422 if errors else 200
    )
