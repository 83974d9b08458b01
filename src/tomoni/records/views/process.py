"""The process of an app: a picture, its states with assignees and deadlines, its actions; and how long it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.core import clock, stale
from tomoni.core.errors import Conflict, Invalid
from tomoni.people.decorators import staff_required
from tomoni.records.actions.set_process import set_process, state_of
from tomoni.records.duty import facade as duty
from tomoni.records.duty.stuck import StateTime
from tomoni.records.forms import Problem
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import ActionSpec, AssigneeSpec, StateSpec
from tomoni.records.views import conditions, rulewords, whowords
from tomoni.records.views.common import Inside, address, enter
from tomoni.records.views.picture import picture

KINDS = ("new", "doing", "wait", "done", "stop")
BLANKS = 2
PERIODS = (90, 365)


@staff_required
def process(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/process/`: states and the actions between them."""
    inside = enter(request, code, "manage")
    if request.method != "POST":
        return _page(request, inside, inside.app.states, inside.app.actions, {})
    states, actions = _states(request, inside.app), _actions(request, inside.app)
    try:
        set_process(
            actor=inside.actor, app=code, states=states, actions=actions, renames=_renames(request),
            returns=posted_list(request, "returns"), opened_on=request.POST.get("opened_on"),
        )  # fmt: skip
    except Conflict as conflict:
        return _page(request, inside, states, actions, {}, status=409, conflict=conflict)
    except Invalid as error:
        return _page(request, inside, states, actions, error.errors, status=422)
    messages.success(request, _("処理の流れを保存しました。"))
    return redirect("records:process", code)


def posted_list(request: HttpRequest, name: str) -> tuple[str, ...]:
    """The people that a part of the form keeps (checked), with the one it adds."""
    added = request.POST.get(f"{name}_new", "")
    return tuple(w[:64] for w in dict.fromkeys([*request.POST.getlist(name)[:50], added]) if w)


def _states(request: HttpRequest, app: AppSchema) -> tuple[StateSpec, ...]:
    known = {s.name: s for s in app.states}
    columns = [request.POST.getlist(n)[:100] for n in ("state", "kind", "step", "was")]
    found = []
    for index, (name, kind, step, was) in enumerate(zip(*columns, strict=False)):
        if not name.strip():
            continue
        made = replace(
            known.get(was, StateSpec("")),
            name=name.strip(),
            kind=kind if kind in KINDS else "doing",
            step=step.strip()[:100],
        )
        found.append(_duties(request, made, index))
    return tuple(found)


def _duties(request: HttpRequest, state: StateSpec, index: int) -> StateSpec:
    """The state with its assignees and its deadline; a form without these parts leaves them."""
    if f"assignee_kind.{index}" not in request.POST:
        return state
    kind = request.POST[f"assignee_kind.{index}"]
    raw = request.POST.get(f"deadline.{index}", "").strip()
    days = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else (-1 if raw else None)
    return replace(
        state,
        assignee=AssigneeSpec(
            kind if kind in ("one", "any", "all") else "any",  # type: ignore[arg-type]
            posted_list(request, f"assignee.{index}"),
        ),
        deadline_days=days,
        escalate=posted_list(request, f"escalate.{index}"),
    )


def _actions(request: HttpRequest, app: AppSchema) -> tuple[ActionSpec, ...]:
    """The posted actions; `who` of a known action stays where the form does not carry it."""
    known = {(a.name, a.source): a for a in app.actions}
    renames = _renames(request)
    columns = [request.POST.getlist(n)[:200] for n in ("action", "source", "target", "condition")]
    primary = set(request.POST.getlist("primary"))
    found = []
    for index, (name, source, target, condition) in enumerate(zip(*columns, strict=False)):
        if not name.strip():
            continue
        base = known.get((name.strip(), source), ActionSpec(name.strip(), source, target))
        source, target = renames.get(source, source), renames.get(target, target)
        whos = posted_list(request, f"who.{index}") if f"who.{index}_new" in request.POST else base.who
        made = replace(base, source=source, target=target, condition=condition.strip()[:2000], who=whos)
        found.append(replace(made, primary=str(index) in primary))
    return tuple(found)


def _renames(request: HttpRequest) -> dict[str, str]:
    """Which state took another name: the form carries each row's old name beside the new one."""
    rows = zip(request.POST.getlist("was")[:100], request.POST.getlist("state")[:100], strict=False)
    return {was: name.strip() for was, name in rows if was and name.strip() and was != name.strip()}


def _page(
    request: HttpRequest,
    inside: Inside,
    states: Sequence[StateSpec],
    actions: Sequence[ActionSpec],
    errors: Mapping[str, Sequence[Any]],
    status: int = 200,
    conflict: Conflict | None = None,
) -> HttpResponse:
    words = whowords.Words(inside.app)

    def named(whos: Iterable[str]) -> list[tuple[str, str]]:
        return [(w, words.one(w)) for w in whos]

    returns = [w for w in inside.app.settings.get("returns") or () if isinstance(w, str)]
    context = inside.context(
        request,
        "process",
        kinds=kind_labels(),
        assignee_kinds=assignee_labels(),
        state_rows=[
            {
                "spec": s, "assignees": named(s.assignee.who), "escalate": named(s.escalate), "rule": rule(words, s),
                "kind_name": f"assignee_kind.{n}", "assignee_name": f"assignee.{n}", "escalate_name": f"escalate.{n}",
                "deadline_name": f"deadline.{n}",
            }
            for n, s in enumerate([*states, *[StateSpec("") for _n in range(BLANKS)]])
        ],
        action_rows=[
            {
                "spec": a, "who": named(a.who), "who_name": f"who.{n}",
                "where": rulewords.words(inside.app, a.condition) if a.condition else "",
            }
            for n, a in enumerate([*actions, *[ActionSpec("", "", "") for _n in range(BLANKS)]])
        ],
        state_names=[s.name for s in states],
        returns=named(returns),
        everyone=words.in_records(),
        picture=picture(states, actions) if states else None,
        problems=[Problem("", "", str(t)) for ts in errors.values() for t in ts],
        opened_on=stale.mark(state_of(inside.app)) if status in (200, 409) else request.POST.get("opened_on", ""),
        conflict=conflict is not None,
        differing=_differing(inside.app, states, actions) if conflict else [],
    )  # fmt: skip
    return render(request, "records/builder/process.html", context, status=status)


def _differing(
    app: AppSchema, states: Sequence[StateSpec], actions: Sequence[ActionSpec]
) -> list[tuple[str, str, str]]:
    """(what, mine, theirs) of the parts of a process in which two versions differ, in words."""

    def steps(many: Sequence[ActionSpec]) -> str:
        return "、".join(f"{a.name}（{a.source} → {a.target}）" for a in many)

    def names(many: Sequence[StateSpec]) -> str:
        return "、".join(s.name for s in many)

    rows = [
        (_("状態"), names(states), names(app.states)),
        (_("処理"), steps(actions), steps(app.actions)),
    ]
    return [row for row in rows if row[1] != row[2]]


def kind_labels() -> list[dict[str, str]]:
    """The kinds of states in words."""
    return [
        {"code": "new", "label": _("はじめ（受け付けた）")},
        {"code": "doing", "label": _("作業中")},
        {"code": "wait", "label": _("待ち（相手の返事など）")},
        {"code": "done", "label": _("完了")},
        {"code": "stop", "label": _("取りやめ")},
    ]


def assignee_labels() -> list[tuple[str, str]]:
    """How many of the assignees act, in words."""
    return [
        ("any", _("だれか一人がする")),
        ("one", _("回す人が一人を選ぶ")),
        ("all", _("全員がする")),
    ]


def rule(words: whowords.Words, state: StateSpec) -> str:
    """Assignees and deadline of a state as a sentence."""
    parts = []
    if state.assignee.who:
        texts = {
            "any": _("%(who)sのうち、だれか一人が処理します。"),
            "one": _("%(who)sから、回す人が一人を選びます。"),
            "all": _("%(who)sの全員が処理すると、次へ進みます。"),
        }
        parts.append(texts[state.assignee.kind] % {"who": words.all(state.assignee.who)})
    if state.deadline_days:
        parts.append(_("%(n)s日を過ぎると作業者に知らせます。") % {"n": state.deadline_days})
        if state.escalate:
            parts.append(_("%(who)sにも知らせます。") % {"who": words.all(state.escalate)})
    return "".join(parts)


@staff_required
def stuck(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/stuck/`: how long records stay in each state, and what waits now."""
    inside = enter(request, code, "view")
    raw = request.GET.get("days", "")
    days = int(raw) if raw in [str(n) for n in PERIODS] else PERIODS[1]
    until = clock.now()
    found = duty.stuck(actor=inside.actor, app=code, since=until - timedelta(days=days), until=until)
    context = inside.context(
        request,
        "stuck",
        days=days,
        periods=PERIODS,
        rows=[_line(inside, item, found) for item in found],
        months=_months(found),
        late=duty.late(actor=inside.actor, app=code)[:50],
        until=until,
    )
    return render(request, "records/stuck.html", context)


def _line(inside: Inside, item: StateTime, every: Sequence[StateTime]) -> dict[str, Any]:
    """One state: its figures, its bar (of 100) and the list of what waits in it."""
    longest = max((i.p90 or 0 for i in every), default=0) or 1
    query = f"ステータス in ({conditions.quoted(item.state)}) order by 更新日時 asc"
    return {
        "item": item,
        "bar": round((item.median or 0) / longest * 100),
        "far": round((item.p90 or 0) / longest * 100),
        "url": address("list", inside.app, q=query),
    }


def _months(found: Sequence[StateTime]) -> list[dict[str, Any]]:
    """Months by states: the median of the stays that ended in each."""
    months = sorted({m.month for item in found for m in item.months})[-12:]
    by_state = [{m.month: m for m in item.months} for item in found]
    return [{"month": month, "cells": [held.get(month) for held in by_state]} for month in months]
