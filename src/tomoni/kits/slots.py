"""From a pattern of bookable slots to dated slots, and back. Pure: the holidays are handed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tomoni.core.clock import TOKYO
from tomoni.kits.format.kit import SlotPattern

MAX_SLOTS = 5000


@dataclass(frozen=True, slots=True)
class Slot:
    """One bookable slot: aware start and end, place, and how many it takes."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""
    capacity: int = 1


def days_of(
    pattern: SlotPattern, since: date, is_holiday: Callable[[date], bool], parse: Callable[[str], date]
) -> list[date]:
    """The days of a pattern in order: from `since` + start_after_days for `weeks` weeks; named dates before that are past."""
    first = since + timedelta(days=pattern.start_after_days)
    if pattern.dates:
        days: Iterable[date] = sorted({d for d in map(parse, pattern.dates) if d >= first})
    else:
        every = (first + timedelta(days=n) for n in range(7 * pattern.weeks))
        days = (d for d in every if d.weekday() in pattern.weekdays)
    return [d for d in days if not (pattern.skip_holidays and is_holiday(d))]


def expand(
    pattern: SlotPattern, since: date, is_holiday: Callable[[date], bool], parse: Callable[[str], date]
) -> list[Slot]:
    """The slots of a pattern, in order of time, at most `MAX_SLOTS`."""
    times = sorted({time.fromisoformat(t) for t in pattern.times})
    long = timedelta(minutes=pattern.minutes)
    starts = (
        datetime.combine(day, at, tzinfo=TOKYO)
        for day in days_of(pattern, since, is_holiday, parse)
        for at in times
    )
    found = [Slot(at, at + long, pattern.place, pattern.capacity) for at in starts]
    return found[:MAX_SLOTS]


def infer(field: str, slots: Iterable[Slot], since: date) -> list[SlotPattern]:
    """Patterns that describe future slots: one for each place, capacity, length and set of weekdays that share their times."""
    times: dict[tuple[str, int, int, int], set[str]] = defaultdict(set)
    last = since
    for slot in slots:
        local = slot.starts_at.astimezone(TOKYO)
        if local.date() <= since:
            continue
        minutes = max(5, int((slot.ends_at - slot.starts_at).total_seconds()) // 60)
        times[slot.place, slot.capacity, minutes, local.weekday()].add(local.strftime("%H:%M"))
        last = max(last, local.date())
    weeks = min(53, max(1, -(-(last - since).days // 7)))
    grouped: dict[tuple[str, int, int, tuple[str, ...]], list[int]] = defaultdict(list)
    for (place, capacity, minutes, weekday), at in sorted(times.items()):
        grouped[place, capacity, minutes, tuple(sorted(at))].append(weekday)
    return [
        SlotPattern(
            field=field,
            times=at,
            weekdays=tuple(days),
            place=place,
            capacity=capacity,
            minutes=minutes,
            weeks=weeks,
        )
        for (place, capacity, minutes, at), days in grouped.items()
    ]
