"""Functions about days, in Asia/Tokyo: differences, ages, fiscal years, formats."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from tomoni.engines.formula.arithmetic import TOKYO, Uncomputable, is_blank, number, text

ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)
_TOKEN = re.compile(r"YYYY|yyyy|YY|yy|MM|M|DD|dd|D|d|HH|H|hh|h|mm|m|ss|s|EEE|E|GG|ee|e|a|'[^']*'")


def local(value: Any) -> date:
    """The day of a date or moment in Asia/Tokyo; nothing has no day."""
    if isinstance(value, datetime):
        return value.astimezone(TOKYO).date()
    if isinstance(value, date):
        return value
    raise Uncomputable


def difference(values: Sequence[Any]) -> Decimal:
    """Whole days, months or years from the first to the second; negative when the second is earlier."""
    start, end = local(values[0]), local(values[1])
    unit = values[2] if len(values) > 2 else "days"
    if unit in ("days", "日"):
        return Decimal((end - start).days)
    months = _months(start, end) if start <= end else -_months(end, start)
    return Decimal(months if unit in ("months", "月") else int(months / 12))


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def age(values: Sequence[Any]) -> Decimal:
    """The age on a day: it grows on the birthday; who was born on 29 February grows on 1 March."""
    born, day = local(values[0]), local(values[1])
    if day < born:
        raise Uncomputable
    return Decimal(day.year - born.year - ((day.month, day.day) < (born.month, born.day)))


def fiscal_year(values: Sequence[Any]) -> Decimal:
    """The fiscal year (年度), which starts on 1 April."""
    day = local(values[0])
    return Decimal(day.year - (day.month < 4))


def add_days(values: Sequence[Any]) -> date:
    """A day so many days later."""
    try:
        return local(values[0]) + timedelta(days=_whole(values[1]))
    except OverflowError:
        raise Uncomputable from None


def add_months(values: Sequence[Any]) -> date:
    """The same day so many months later, or the last day of that month."""
    day = local(values[0])
    index = day.year * 12 + day.month - 1 + _whole(values[1])
    try:
        year, month = index // 12, index % 12 + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        raise Uncomputable from None


def _whole(value: Any) -> int:
    found = number(value)
    if found != found.to_integral_value() or abs(found) > 1_000_000:
        raise Uncomputable
    return int(found)


def formatted(values: Sequence[Any]) -> str:
    """DATE_FORMAT. A date is a day, whatever the zone; a moment is shown in the zone (Asia/Tokyo)."""
    value, pattern = values[0], text(values[1])
    if is_blank(value):
        return ""
    if isinstance(value, datetime):
        zone: tzinfo = UTC if len(values) > 2 and values[2] not in ("Asia/Tokyo", "JST") else TOKYO
        shown = value.astimezone(zone)
    elif isinstance(value, time):
        shown = datetime.combine(date(1970, 1, 1), value)
    else:
        shown = datetime.combine(value, time())
    return _TOKEN.sub(lambda m: _token(m[0], shown), pattern)


def _token(token: str, at: datetime) -> str:
    if token.startswith("'"):
        return token[1:-1]
    era, year = _era(at.date())
    hour = at.hour % 12 or 12
    made = {
        "YYYY": f"{at.year:04}", "YY": f"{at.year % 100:02}", "MM": f"{at.month:02}", "M": str(at.month),
        "DD": f"{at.day:02}", "D": str(at.day), "HH": f"{at.hour:02}", "H": str(at.hour), "hh": f"{hour:02}",
        "h": str(hour), "mm": f"{at.minute:02}", "m": str(at.minute), "ss": f"{at.second:02}", "s": str(at.second),
        "EEE": "月火水木金土日"[at.weekday()], "E": "月火水木金土日"[at.weekday()], "GG": era, "ee": f"{year:02}",
        "e": "元" if year == 1 else str(year), "a": "午前" if at.hour < 12 else "午後",
    }  # fmt: skip
    return made[{"yyyy": "YYYY", "yy": "YY", "dd": "DD", "d": "D"}.get(token, token)]


def _era(day: date) -> tuple[str, int]:
    for start, name in ERAS:
        if day >= start:
            return name, day.year - start.year + 1
    return "西暦", day.year
