"""From a pattern (weekdays × times, from–until) to bookable slots. Pure: today and the closed days are handed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import calendar
from tomoni.core.clock import TOKYO
from tomoni.core.errors import Invalid
from tomoni.records.record import SlotSpec

MOST = 1_000
AHEAD = 365


@dataclass(frozen=True, slots=True)
class Pattern:
    """What staff ask for: both days included, `weekdays` 0 = Monday."""

    weekdays: tuple[int, ...]
    times: tuple[time, ...]
    minutes: int
    capacity: int
    place: str
    since: date
    until: date
    skip_closed: bool = True


def read_pattern(data: Mapping[str, str], weekdays: Iterable[str], skip: bool, today: date) -> Pattern:
    """A pattern from what was typed. Raises `Invalid` by row."""
    errors: dict[str, list[Any]] = {}
    since, until = _day(data["since"], "since", today, errors), _day(data["until"], "until", today, errors)
    if since and until and until < since:
        errors["until"] = [_("終わりの日を、始まりの日より後にしてください。")]
    days = tuple(sorted({int(d) for d in weekdays if d in {"0", "1", "2", "3", "4", "5", "6"}}))
    if not days:
        errors["weekdays"] = [_("曜日を1つ以上選んでください。")]
    parts = [part for part in re.split(r"[、,\s]+", data["times"]) if part]
    times = [read_time(part) for part in parts]
    if not times or None in times:
        errors["times"] = [_("時刻を 例: 9:30、10:30 の形で入力してください。")]
    minutes, capacity = whole(data["minutes"], 5, 600), whole(data["capacity"], 1, 10_000)
    if minutes is None:
        errors["minutes"] = [_("1枠の長さは5分から600分までの整数で入力してください。")]
    if capacity is None:
        errors["capacity"] = [_("定員は1から10,000までの整数で入力してください。")]
    if errors or since is None or until is None or minutes is None or capacity is None:
        raise Invalid(errors)
    known = tuple(sorted({t for t in times if t is not None}))
    return Pattern(days, known, minutes, capacity, data["place"], since, until, skip)


def expand(
    pattern: Pattern, closed: Callable[[date], bool], taken: Sequence[datetime] = ()
) -> tuple[list[SlotSpec], list[date], int]:
    """The new slots, the days left out because the office is closed, and how many are there already.

    Slots that are there (`taken`: their starts) are not touched. Raises `Invalid` for too many, or none.
    """
    known, long = set(taken), timedelta(minutes=pattern.minutes)
    days = [pattern.since + timedelta(days=n) for n in range((pattern.until - pattern.since).days + 1)]
    days = [day for day in days if day.weekday() in pattern.weekdays]
    left_out = [day for day in days if pattern.skip_closed and closed(day)]
    starts = [
        datetime.combine(day, at, tzinfo=TOKYO) for day in days if day not in left_out for at in pattern.times
    ]
    new = [SlotSpec(at, at + long, pattern.capacity, pattern.place) for at in starts if at not in known]
    if len(new) > MOST:
        raise Invalid({"until": [_("一度につくれるのは1,000枠までです。期間を短くしてください。")]})
    if not starts:
        raise Invalid({"until": [_("この期間に、つくる日がありません。曜日と期間を確かめてください。")]})
    return new, left_out, len(starts) - len(new)


def read_time(text: str) -> time | None:
    """`9:30`, `9時30分`, `9`; None for anything else."""
    found = re.fullmatch(r"(\d{1,2})(?::|時)(\d{1,2})?分?", text, re.ASCII) or re.fullmatch(
        r"(\d{1,2})()", text, re.ASCII
    )
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def whole(text: str, least: int, most: int) -> int | None:
    """A whole number within bounds, else None."""
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        return None
    return int(text) if least <= int(text) <= most else None


def _day(text: str, name: str, today: date, errors: dict[str, list[Any]]) -> date | None:
    day = calendar.try_parse_date(text)
    if day is None:
        errors[name] = [_("日付を 例: 令和8年4月1日 の形で入力してください。")]
    elif not today <= day <= today + timedelta(days=AHEAD):
        errors[name] = [_("今日から1年先までの日付を入力してください。")]
    return day
