"""When a rule starts by the clock: every so often, or so many days before or after a date. Pure, in Asia/Tokyo.

`every`: day, week (`weekdays` 0 = Monday), month (`day`, 31 is the last day), year (`month`, `day`), at `time`.
`business`: "" any day; "only" not on days the office is closed; "next"/"before" moved to the open day after or before.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

EVERY = ("day", "week", "month", "year")
BUSINESS = ("", "only", "next", "before")
_DAY = timedelta(days=1)
LOOK_BACK = 400
MOST_CLOSED = 15
CATCH_UP = 7

Open = Callable[[date], bool]


def falls_on(timing: Mapping[str, Any], day: date) -> bool:
    """Whether a schedule names this day, before it is moved to an open one."""
    every = timing.get("every", "day")
    if every == "week":
        return day.weekday() in timing.get("weekdays", ())
    last = months.monthrange(day.year, day.month)[1]
    wanted = min(int(timing.get("day") or 1), last)
    if every == "month":
        return day.day == wanted
    if every == "year":
        return day.month == int(timing.get("month") or 4) and day.day == wanted
    return True


def sources(timing: Mapping[str, Any], day: date, open_: Open) -> list[date]:
    """The days whose work is done on this day: itself, and closed days moved here. Empty: nothing is done today."""
    business = timing.get("business", "")
    if business == "":
        return [day]
    if not open_(day):
        return []
    if business == "only":
        return [day]
    step, found = (-_DAY if business == "next" else _DAY), [day]
    near = day + step
    while not open_(near) and len(found) <= MOST_CLOSED:
        found.append(near)
        near += step
    return found


def moments(timing: Mapping[str, Any], after: datetime, now: datetime, open_: Open) -> list[datetime]:
    """The moments in `(after, now]` at which something is to be done, oldest first, at most the last `CATCH_UP`."""
    at = time.fromisoformat(timing.get("time") or "09:00")
    relative = "field" in timing
    found: list[datetime] = []
    day = now.date()
    for _n in range(LOOK_BACK):
        moment = datetime.combine(day, at, now.tzinfo)
        if moment <= after or len(found) == CATCH_UP:
            break
        named = sources(timing, day, open_)
        if moment <= now and named and (relative or any(falls_on(timing, d) for d in named)):
            found.append(moment)
        day -= _DAY
    return found[::-1]


def target_days(timing: Mapping[str, Any], moment: datetime, open_: Open) -> list[date]:
    """For a rule relative to a date field: the days which the field must name."""
    days = timedelta(days=int(timing.get("days") or 0))
    return sorted(day - days for day in sources(timing, moment.date(), open_))
