"""Who may do what in an app: rights on the app, on records and on fields, in sentences; tried out for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid, NotFound, TomoniError
from tomoni.people import facade as people
from tomoni.people.decorators import staff_required
from tomoni.people.models import User
from tomoni.records import facade
from tomoni.records.actions.set_rights import set_rights
from tomoni.records.forms import Problem
from tomoni.records.rights import VERBS
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldGrant, FieldRightSpec, RecordRightSpec, RightSpec
from tomoni.records.views import rulewords, whowords
from tomoni.records.views.common import Inside, enter

LEVELS: dict[str, tuple[str, ...]] = {
    "none": (),
    "view": ("view",),
    "edit": ("view", "edit"),
    "delete": ("view", "edit", "delete"),
}


@staff_required
def rights(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/rights/`: everything about rights on one page; each part is saved by itself."""
    inside = enter(request, code, "manage")
    if request.method != "POST":
        return _page(request, inside, inside.app.rights, {})
    app_rights: Sequence[RightSpec] = inside.app.rights
    try:
        part = request.POST.get("_part", "app")
        if part == "app":
            app_rights = _posted_rights(request)
            set_rights(actor=inside.actor, app=code, rights=tuple(app_rights))
        elif part == "record":
            set_rights(actor=inside.actor, app=code, record_rights=_record_rules(request, inside.app))
        else:
            set_rights(actor=inside.actor, app=code, field_rights=_field_rules(request, inside.app))
    except Invalid as error:
        return _page(request, inside, app_rights, error.errors, 422)
    messages.success(request, _("だれが見るかを保存しました。"))
    return redirect("records:rights", code)


def _posted_rights(request: HttpRequest) -> list[RightSpec]:
    found = []
    added = posted_who(request, "new")
    for who in dict.fromkeys([*request.POST.getlist("who")[:200], added]):
        verbs = tuple(v for v in VERBS if v in request.POST.getlist(f"verb.{who}"))
        if who and who == added and not verbs:
            verbs = ("view",)
        if who and verbs:
            found.append(RightSpec(who[:64], verbs))  # type: ignore[arg-type]
    return found


def posted_who(request: HttpRequest, name: str) -> str:
    """The `who` chosen in a form: one of the list, or a person by login or name. Raises `Invalid` for nobody."""
    person = request.POST.get(f"{name}_person", "").strip()[:100]
    if not person:
        return request.POST.get(name, "")[:64]
    return f"user:{person_of(person, name)}"


def person_of(text: str, key: str) -> int:
    """The active member of staff with this login or name. Raises `Invalid` when it is nobody or several."""
    staff = User.objects.filter(is_active=True, kind=User.Kind.STAFF)
    found = list(staff.filter(username=text)[:2]) or list(staff.filter(display_name=text)[:2])
    if len(found) != 1:
        raise Invalid({key: [_("「%(name)s」という職員が見つかりません。") % {"name": text}]})
    return int(found[0].pk)


def _place(request: HttpRequest, name: str, most: int) -> int:
    raw = request.POST.get(name, "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 5 and int(raw) < most):
        raise NotFound(_("この規則はもうありません。"))
    return int(raw)


def _record_rules(request: HttpRequest, app: AppSchema) -> tuple[RecordRightSpec, ...]:
    """The rules on records after what the form asks for: add, grant, ungrant, up, down, delete."""
    rules = list(app.record_rights)
    asked = request.POST.get("_do", "")
    if asked == "add":
        query = request.POST.get("query", "").strip()[:2000] or request.POST.get("ready", "")[:2000]
        rules.append(RecordRightSpec(query, (_grant(request),)))
        return tuple(rules)
    at = _place(request, "rule", len(rules))
    if asked == "grant":
        rules[at] = replace(rules[at], grants=(*rules[at].grants, _grant(request)))
    elif asked == "ungrant":
        gone = _place(request, "grant", len(rules[at].grants))
        kept = tuple(g for n, g in enumerate(rules[at].grants) if n != gone)
        rules[at] = replace(rules[at], grants=kept)
    elif asked == "delete":
        del rules[at]
    else:
        moved(rules, at, asked)
    return tuple(rules)


def moved(items: list[Any], at: int, direction: str) -> None:
    """Move one item up or down in its list."""
    items.insert(max(0, at + (-1 if direction == "up" else 1)), items.pop(at))


def _grant(request: HttpRequest) -> RightSpec:
    who = posted_who(request, "who")
    if not who:
        raise Invalid({"who": [_("だれに許すかを選んでください。")]})
    return RightSpec(who, LEVELS.get(request.POST.get("level", ""), ()))  # type: ignore[arg-type]


def _field_rules(request: HttpRequest, app: AppSchema) -> tuple[FieldRightSpec, ...]:
    """The rules on fields after what the form asks for."""
    rules = list(app.field_rights)
    asked, code = request.POST.get("_do", ""), request.POST.get("field", "")[:64]
    at = next((n for n, r in enumerate(rules) if r.code == code), None)
    if asked == "grant":
        who, level = posted_who(request, "who"), request.POST.get("level", "")
        if not who or level not in ("none", "view", "edit"):
            raise Invalid({"who": [_("だれに許すかを選んでください。")]})
        grant = FieldGrant(who, level)  # type: ignore[arg-type]
        if at is None:
            rules.append(FieldRightSpec(code, (grant,)))
        else:
            rules[at] = replace(rules[at], grants=(*rules[at].grants, grant))
        return tuple(rules)
    if at is None:
        raise NotFound(_("この規則はもうありません。"))
    grants = list(rules[at].grants)
    if asked == "delete":
        grants = []
    elif asked == "ungrant":
        del grants[_place(request, "grant", len(grants))]
    else:
        moved(grants, _place(request, "grant", len(grants)), asked)
    if grants:
        rules[at] = replace(rules[at], grants=tuple(grants))
    else:
        del rules[at]
    return tuple(rules)


def _page(
    request: HttpRequest,
    inside: Inside,
    rows: Sequence[RightSpec],
    errors: Mapping[str, Sequence[Any]],
    status: int = 200,
) -> HttpResponse:
    app, names, labels = inside.app, whowords.Words(inside.app), whowords.verb_labels()
    known = {r.who for r in rows}
    context = inside.context(
        request,
        "rights",
        grid=[
            {
                "who": r.who,
                "label": names.one(r.who),
                "cells": [{"verb": v, "on": v in r.verbs, "label": labels[v]} for v in VERBS],
            }
            for r in rows
        ],
        verbs=[labels[v] for v in VERBS],
        candidates=[(w, label) for w, label in names.candidates() if w not in known],
        everyone=names.in_records(),
        record_rules=_record_lines(app, names),
        field_rules=_field_lines(app, names),
        ready=rulewords.ready_made(app),
        fields=[f for f in app.by_code.values() if not f.code.startswith("$")],
        levels=level_labels(),
        owner=people.display_names([i for i in (app.owner_id, app.deputy_id) if i]).values(),
        record_rule=rulewords.words(app, app.record_rule) if app.record_rule else "",
        problems=[Problem("", "", str(t)) for ts in errors.values() for t in ts],
        **_trial(request, inside),
    )
    return render(request, "records/builder/rights.html", context, status=status)


def level_labels() -> list[tuple[str, str]]:
    """What a rule may leave, in words."""
    return [
        ("view", _("見る")),
        ("edit", _("見る・直す")),
        ("delete", _("見る・直す・消す")),
        ("none", _("何もできない")),
    ]


def _record_lines(app: AppSchema, names: whowords.Words) -> list[dict[str, Any]]:
    words = {verbs: label for level, label in level_labels() for verbs in [LEVELS[level]]}
    labels = whowords.verb_labels()
    return [
        {
            "where": rulewords.words(app, rule.query),
            "query": rule.query,
            "grants": [
                {
                    "who": names.one(g.who),
                    "what": words.get(tuple(g.verbs), "・".join(labels[v] for v in g.verbs)),
                }
                for g in rule.grants
            ],
        }
        for rule in app.record_rights
    ]


def _field_lines(app: AppSchema, names: whowords.Words) -> list[dict[str, Any]]:
    words = {"none": _("見せない"), "view": _("見る"), "edit": _("見る・直す")}
    return [
        {
            "code": rule.code,
            "label": app.by_code[rule.code].label,
            "grants": [{"who": names.one(g.who), "what": words[g.access]} for g in rule.grants],
        }
        for rule in app.field_rights
        if rule.code in app.by_code
    ]


def _trial(request: HttpRequest, inside: Inside) -> dict[str, Any]:
    """「この人ならどうなるか」: what a person may do, and which rule decides."""
    text = request.GET.get("person", "").strip()[:100]
    number, field = request.GET.get("record", "").strip(), request.GET.get("field", "")[:64]
    found: dict[str, Any] = {"tried": text, "tried_record": number[:18], "tried_field": field}
    if not text:
        return found
    record = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
    try:
        person = person_of(text, "person")
        lines = facade.explain(
            actor=inside.actor, app=inside.app.code, person=person, record=record, field=field or None
        )
    except TomoniError as error:
        texts = [str(t) for ts in error.errors.values() for t in ts] if isinstance(error, Invalid) else []
        return found | {"trial_problem": " ".join(texts) or _("見つかりません。")}
    labels = whowords.verb_labels()
    return found | {"trial": [{"verb": labels[e.verb], "may": e.may, "words": e.words} for e in lines]}
