"""Bookable slots of an app: what is coming and how full it is; a day's slots made in one go."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tomoni.core import calendar, clock
from tomoni.core.errors import Invalid
from tomoni.people.decorators import staff_required
from tomoni.records import facade, slotplan
from tomoni.records.forms import Problem
from tomoni.records.record import SlotSpec
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views.common import Inside, enter
from tomoni.records.views.slotpages import slot_fields
from tomoni.ui.templatetags.ui import day as day_text

MOST = 200
AHEAD = 365
LABELS = ("day", "start", "end", "minutes", "capacity", "place")


@staff_required
def slots(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/slots/`."""
    inside = enter(request, code, "edit")
    fields = slot_fields(inside)
    chosen = next((f for f in fields if f.code == request.POST.get("field")), fields[0])
    if request.method != "POST":
        data = {"minutes": "30", "capacity": str(chosen.options.get("capacity", 1))}
        return _page(request, inside, fields, data, {})
    data = {name: unicodedata.normalize("NFKC", request.POST.get(name, "")).strip()[:200] for name in LABELS}
    try:
        made = plan(data)
        facade.add_slots(actor=inside.actor, app=code, field=chosen.code, slots=made)
    except Invalid as error:
        return _page(request, inside, fields, data, error.errors, status=422)
    text = ngettext("予約枠を%(n)s件つくりました。", "予約枠を%(n)s件つくりました。", len(made))
    messages.success(request, text % {"n": len(made)})
    return redirect("records:slots", code)


def plan(data: Mapping[str, str]) -> list[SlotSpec]:
    """The slots of a day from a start to an end, each so many minutes long. Raises `Invalid` by row."""
    errors: dict[str, list[Any]] = {}
    day = calendar.try_parse_date(data["day"])
    if day is None:
        errors["day"] = [_("日付を 例: 令和8年4月1日 の形で入力してください。")]
    elif not clock.today() <= day <= clock.today() + timedelta(days=AHEAD):
        errors["day"] = [_("今日から1年先までの日付を入力してください。")]
    start, end = slotplan.read_time(data["start"]), slotplan.read_time(data["end"])
    for name, moment in (("start", start), ("end", end)):
        if moment is None:
            errors[name] = [_("時刻を 例: 9:00 の形で入力してください。")]
    minutes, capacity = slotplan.whole(data["minutes"], 5, 600), slotplan.whole(data["capacity"], 1, 10_000)
    if minutes is None:
        errors["minutes"] = [_("1枠の長さは5分から600分までの整数で入力してください。")]
    if capacity is None:
        errors["capacity"] = [_("定員は1から10,000までの整数で入力してください。")]
    if errors or day is None or start is None or end is None or minutes is None or capacity is None:
        raise Invalid(errors)
    return _series(day, start, end, minutes, capacity, data["place"])


def _series(day: date, start: time, end: time, minutes: int, capacity: int, place: str) -> list[SlotSpec]:
    at = datetime.combine(day, start, tzinfo=clock.TOKYO)
    last, length = datetime.combine(day, end, tzinfo=clock.TOKYO), timedelta(minutes=minutes)
    found: list[SlotSpec] = []
    while at + length <= last and len(found) < MOST:
        found.append(SlotSpec(at, at + length, capacity, place))
        at += length
    if not found:
        raise Invalid({"end": [_("終わりの時刻は、始まりから1枠の長さより後にしてください。")]})
    return found


def _page(
    request: HttpRequest,
    inside: Inside,
    fields: list[FieldSpec],
    data: Mapping[str, str],
    errors: Mapping[str, list[Any]],
    status: int = 200,
) -> HttpResponse:
    labels = {
        "day": _("日付"),
        "start": _("始まり"),
        "end": _("終わり"),
        "minutes": _("1枠の長さ（分）"),
        "capacity": _("1枠の定員"),
        "place": _("会場"),
    }
    now = clock.now()
    days = []
    for spec in fields:
        found = facade.slots(
            app=inside.app.code, field=spec.code, since=now, until=now + timedelta(days=AHEAD)
        )
        for slot in found:
            start = slot.starts_at.astimezone(clock.TOKYO)
            days.append(
                {
                    "id": slot.id,
                    "day": day_text(start),
                    "time": f"{start:%-H:%M}–{slot.ends_at.astimezone(clock.TOKYO):%-H:%M}",
                    "place": slot.place,
                    "taken": slot.taken,
                    "capacity": slot.capacity,
                    "field": spec.label,
                }
            )
    problems = [
        Problem(key if key in labels else "", labels.get(key, ""), str(t))
        for key, ts in errors.items()
        for t in ts
    ]
    context = inside.context(
        request, "slots", fields=fields, data=data, errors=errors, problems=problems, slots=days[:500]
    )
    return render(request, "records/builder/slots.html", context, status=status)
