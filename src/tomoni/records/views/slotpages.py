"""Many slots from a pattern, seen before they are made; and one slot: its seats, its bookings, closing, removing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tomoni.core import calendar, clock
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records import facade, slotplan
from tomoni.records.forms import Problem
from tomoni.records.record import Record, SlotInfo, SlotSpec
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views.common import Inside, enter
from tomoni.ui.templatetags.ui import day as day_text

NAMES = ("since", "until", "times", "minutes", "capacity", "place")
SHOWN = 200


@staff_required
def pattern(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/slots/pattern/`: weekdays × times from a day to a day; a preview, then the slots."""
    inside = enter(request, code, "edit")
    fields = slot_fields(inside)
    chosen = next((f for f in fields if f.code == request.POST.get("field")), fields[0])
    context: dict[str, Any] = {"fields": fields, "chosen": chosen, "weekdays": _weekdays(request)}
    if request.method != "POST":
        data = {"minutes": "60", "capacity": str(chosen.options.get("capacity", 1))}
        return _show(request, inside, context | {"data": data, "skip": True}, {})
    data = {name: unicodedata.normalize("NFKC", request.POST.get(name, "")).strip()[:300] for name in NAMES}
    skip = request.POST.get("skip") == "1"
    context |= {"data": data, "skip": skip}
    try:
        asked = slotplan.read_pattern(data, request.POST.getlist("weekdays"), skip, clock.today())
        known = [s.starts_at for s in facade.slots(app=code, field=chosen.code, since=clock.now())]
        new, left_out, there = slotplan.expand(asked, office_closed, known)
        if request.POST.get("do") != "save":
            seen = {"new": new, "days": _by_day(new), "left_out": left_out, "there": there}
            return _show(request, inside, context | {"preview_of": seen}, {})
        facade.add_slots(actor=inside.actor, app=code, field=chosen.code, slots=new)
    except Invalid as error:
        return _show(request, inside, context, error.errors, status=422)
    text = ngettext("予約枠を%(n)s件つくりました。", "予約枠を%(n)s件つくりました。", len(new))
    messages.success(request, text % {"n": len(new)})
    return redirect("records:slots", code)


def slot_fields(inside: Inside) -> list[FieldSpec]:
    """The app's slot fields; `NotFound` when it has none."""
    fields = [f for f in inside.app.fields if f.type == "slot"]
    if not fields:
        raise NotFound(_("このアプリに予約枠の項目はありません。"))
    return fields


def office_closed(day: date) -> bool:
    """Public holidays and the year's end (12月29日–1月3日)."""
    return bool(calendar.holiday_name(day)) or (day.month, day.day) in {
        (12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3),
    }  # fmt: skip


def _weekdays(request: HttpRequest) -> list[tuple[str, str, bool]]:
    names = (
        pgettext("weekday", "月"), pgettext("weekday", "火"), pgettext("weekday", "水"), pgettext("weekday", "木"),
        pgettext("weekday", "金"), pgettext("weekday", "土"), pgettext("weekday", "日"),
    )  # fmt: skip
    picked = request.POST.getlist("weekdays")
    return [(str(n), name, str(n) in picked) for n, name in enumerate(names)]


def _by_day(new: list[SlotSpec]) -> list[tuple[date, list[str]]]:
    """Each day with its times, for the preview; the first `SHOWN` days."""
    found = []
    for day, slots in groupby(new, key=lambda s: s.starts_at.date()):
        found.append((day, [f"{s.starts_at:%-H:%M}–{s.ends_at:%-H:%M}" for s in slots]))
    return found[:SHOWN]


def _labels() -> dict[str, str]:
    return {
        "since": _("始まりの日"),
        "until": _("終わりの日"),
        "weekdays": _("曜日"),
        "times": _("始まりの時刻"),
        "minutes": _("1枠の長さ（分）"),
        "capacity": _("1枠の定員"),
        "place": _("会場"),
    }


def _show(
    request: HttpRequest,
    inside: Inside,
    context: dict[str, Any],
    errors: Mapping[str, list[Any]],
    status: int = 200,
) -> HttpResponse:
    labels = _labels()
    problems = [
        Problem(key if key in labels else "", labels.get(key, ""), str(t))
        for key, texts in errors.items()
        for t in texts
    ]
    made = inside.context(request, "slots", errors=errors, problems=problems, **context)
    return render(request, "records/builder/slot_pattern.html", made, status=status)


@staff_required
def one(request: HttpRequest, code: str, slot: int) -> HttpResponse:
    """`/build/apps/<code>/slots/<id>/`: seats and place of one slot, who has booked it, closing and removing it."""
    inside = enter(request, code, "edit")
    field, found = _find(inside, slot)
    if request.method != "POST":
        return _one(request, inside, field, found, {})
    data = {n: unicodedata.normalize("NFKC", request.POST.get(n, "")).strip() for n in ("capacity", "place")}
    try:
        if request.POST.get("do") == "remove":
            facade.remove_slot(actor=inside.actor, app=code, slot=slot)
            messages.success(request, _("予約枠を消しました。"))
            return redirect("records:slots", code)
        capacity = slotplan.whole(data["capacity"], 0, 10_000)
        if request.POST.get("do") == "close":
            capacity, data["place"] = found.taken, found.place
        facade.change_slot(
            actor=inside.actor,
            app=code,
            slot=slot,
            capacity=-1 if capacity is None else capacity,
            place=data["place"],
        )
    except Invalid as error:
        return _one(request, inside, field, found, error.errors, data, status=422)
    except Conflict as error:
        return _one(request, inside, field, found, {"": [str(error)]}, status=409)
    messages.success(request, _("予約枠を変えました。"))
    return redirect("records:slot", code, slot)


def _find(inside: Inside, slot: int) -> tuple[FieldSpec, SlotInfo]:
    for field in slot_fields(inside):
        for found in facade.slots(app=inside.app.code, field=field.code):
            if found.id == slot:
                return field, found
    raise NotFound


def bookings(inside: Inside, field: FieldSpec, found: SlotInfo) -> list[Record]:
    """The records that hold a seat and that the reader may see."""
    query = f'{field.code} = "{found.starts_at.isoformat()}"'
    gone = {s.name for s in inside.app.states if s.kind == "stop"}
    page = facade.find(actor=inside.actor, app=inside.app.code, query=query, limit=200, count=False)
    return [r for r in page.records if r.status not in gone]


def _one(
    request: HttpRequest,
    inside: Inside,
    field: FieldSpec,
    found: SlotInfo,
    errors: Mapping[str, list[Any]],
    data: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    labels = {"capacity": _("定員"), "place": _("会場")}
    booked = bookings(inside, field, found) if found.taken else []
    start = found.starts_at.astimezone(clock.TOKYO)
    context = inside.context(
        request,
        "slots",
        slot=found,
        when=f"{day_text(start)} {start:%-H:%M}–{found.ends_at.astimezone(clock.TOKYO):%-H:%M}",
        data=data or {"capacity": str(found.capacity), "place": found.place},
        errors=errors,
        problems=[Problem(k, labels.get(k, ""), str(t)) for k, ts in errors.items() for t in ts],
        booked=[(r, str(r.values.get(inside.app.title_field) or r.number)) for r in booked],
        hidden=found.taken - len(booked),
    )
    return render(request, "records/builder/slot.html", context, status=status)
