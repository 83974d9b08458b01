"""What the functions of the language mean at a moment: spans of days, instants, people."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tomoni.engines.query.errors import QueryError
from tomoni.engines.query.tree import Call

WEEKDAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
UNITS = ("DAYS", "WEEKS", "MONTHS", "YEARS")
MOST_AWAY = 100_000


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, half-open `[start, end)`."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment."""

    at: datetime


def _day(start: date) -> Span:
    return Span(start, start + timedelta(days=1))


def _month(start: date, months: int) -> date:
    """The first day of the month that many months away."""
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _away(today: date, number: int, unit: str) -> date:
    if unit in ("DAYS", "WEEKS"):
        return today + timedelta(days=number * (7 if unit == "WEEKS" else 1))
    first = _month(today, number * (12 if unit == "YEARS" else 1))
    return first.replace(day=min(today.day, monthrange(first.year, first.month)[1]))


def _in_week(today: date, weeks: int, args: tuple[str, ...]) -> Span:
    sunday = today - timedelta(days=(today.weekday() + 1) % 7) + timedelta(weeks=weeks)
    if args:
        return _day(sunday + timedelta(days=WEEKDAYS.index(args[0])))
    return Span(sunday, sunday + timedelta(days=7))


def _in_month(today: date, months: int, args: tuple[str, ...]) -> Span:
    first = _month(today, months)
    last = monthrange(first.year, first.month)[1]
    if args:
        return _day(first.replace(day=last if args[0] == "LAST" else min(int(args[0]), last)))
    return Span(first, _month(first, 1))


def _in_year(today: date, years: int, _args: tuple[str, ...]) -> Span:
    return Span(date(today.year + years, 1, 1), date(today.year + years + 1, 1, 1))


_DATES: dict[str, Callable[[date, tuple[str, ...]], Span]] = {
    "TODAY": lambda today, _a: _day(today),
    "YESTERDAY": lambda today, _a: _day(today - timedelta(days=1)),
    "TOMORROW": lambda today, _a: _day(today + timedelta(days=1)),
    "FROM_TODAY": lambda today, a: _day(_away(today, int(a[0]), a[1])),
    "THIS_WEEK": lambda today, a: _in_week(today, 0, a),
    "LAST_WEEK": lambda today, a: _in_week(today, -1, a),
    "NEXT_WEEK": lambda today, a: _in_week(today, 1, a),
    "THIS_MONTH": lambda today, a: _in_month(today, 0, a),
    "LAST_MONTH": lambda today, a: _in_month(today, -1, a),
    "NEXT_MONTH": lambda today, a: _in_month(today, 1, a),
    "THIS_YEAR": lambda today, a: _in_year(today, 0, a),
    "LAST_YEAR": lambda today, a: _in_year(today, -1, a),
    "NEXT_YEAR": lambda today, a: _in_year(today, 1, a),
}
PEOPLE = ("LOGINUSER",)
DEPARTMENTS = ("PRIMARY_ORGANIZATION",)
FUNCTIONS = (*PEOPLE, *DEPARTMENTS, "NOW", *_DATES)


def check_call(call: Call, line: int = 1, column: int = 1) -> None:
    """Raise `QueryError` for an unknown function or arguments that it does not take."""
    if call.name not in FUNCTIONS:
        raise QueryError("function", line, column, found=call.name, expected=(f"{f}()" for f in FUNCTIONS))
    if not _arguments_fit(call):
        raise QueryError("argument", line, column, found=call.name, expected=_forms(call.name))


def _forms(name: str) -> tuple[str, ...]:
    """How a function is written."""
    if name == "FROM_TODAY":
        return tuple(f"FROM_TODAY(-3, {unit})" for unit in UNITS)
    if name.endswith("_WEEK"):
        return (f"{name}()", *(f"{name}({day})" for day in WEEKDAYS))
    if name.endswith("_MONTH"):
        return (f"{name}()", f"{name}(1)–{name}(31)", f"{name}(LAST)")
    return (f"{name}()",)


def _arguments_fit(call: Call) -> bool:
    args = call.args
    if call.name == "FROM_TODAY":
        return len(args) == 2 and args[1] in UNITS and _whole(args[0]) and abs(int(args[0])) <= MOST_AWAY
    if call.name.endswith("_WEEK"):
        return not args or (len(args) == 1 and args[0] in WEEKDAYS)
    if call.name.endswith("_MONTH"):
        return not args or (
            len(args) == 1
            and (args[0] == "LAST" or (args[0].isdigit() and len(args[0]) < 3 and 1 <= int(args[0]) <= 31))
        )
    return not args


def _whole(text: str) -> bool:
    return len(text) <= 8 and text.lstrip("+-").isdigit()


def resolve(call: Call, now: datetime) -> Span | Instant:
    """What a date function means at `now` (local time). Raises `QueryError` when it leaves the calendar."""
    if call.name == "NOW":
        return Instant(now)
    try:
        return _DATES[call.name](now.date(), call.args)
    except (OverflowError, ValueError):
        raise QueryError("argument", found=call.name) from None
