"""Days of bookable slots, folded so that a phone shows a page instead of a scroll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from tomoni.core import clock
from tomoni.procedures.models import untranslated
from tomoni.procedures.words import time_of_day
from tomoni.records.templatetags.records import field_slots

register = template.Library()


@dataclass(frozen=True, slots=True)
class FoldedDay:
    """A day with its slots: `free` slots are left; `open` if it is the chosen day, or the first one with a seat."""

    label: str
    slots: list[Any]
    free: int
    open: bool


def spoken_times(slot: Any) -> str:
    """The times of a slot as residents read them: 午前9時30分〜10時30分, 午前11時30分〜午後0時30分; 9:30 am – 10:30 am."""
    starts = datetime.fromisoformat(slot.value).astimezone(clock.TOKYO)
    _start, _dash, end = slot.label.rpartition("–")
    first = time_of_day(starts)
    if not _dash:
        return slot.label if " " in slot.label else first
    hour, _colon, minute = end.partition(":")
    ends = datetime.combine(starts.date(), time(int(hour), int(minute)), clock.TOKYO)
    last = time_of_day(ends)
    if first[:2] == last[:2] in ("午前", "午後"):
        last = last[2:]
    return f"{first}〜{last}" if first[:1] == "午" else f"{first} – {last}"


@register.simple_tag
def lang_of(thing: Any, name: str) -> SafeString:
    """` lang="ja"` where an English reader gets a form's or question's text in Japanese, else nothing."""
    return mark_safe(' lang="ja"' if untranslated(thing, name) else "")  # noqa: S308


@register.simple_tag(takes_context=True)
def folded_slots(context: Mapping[str, Any]) -> list[FoldedDay]:
    """The slots of `field` by day."""
    days = field_slots(context)
    if context.get("big"):
        for day in days:
            day.slots = [replace(slot, label=spoken_times(slot)) for slot in day.slots]
    chosen = any(slot.selected for day in days for slot in day.slots)
    folded: list[FoldedDay] = []
    first = True
    for day in days:
        free = sum(not slot.full for slot in day.slots)
        is_open = any(slot.selected for slot in day.slots) if chosen else first and free > 0
        first = first and not is_open
        folded.append(FoldedDay(day.label, day.slots, free, is_open))
    return folded
