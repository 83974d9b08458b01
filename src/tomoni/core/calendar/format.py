"""Days and times in words: 「7月21日（木）14:00」 to staff, 「7月21日（木）午後2時」 to residents."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import get_language

from tomoni.core import clock
from tomoni.core.calendar.holidays import holiday_name

_WEEKDAYS = "月火水木金土日"
_EN_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _english() -> bool:
    return (get_language() or "ja").startswith("en")


def _local(moment: date | datetime) -> date | datetime:
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(clock.TOKYO)
    return moment


def format_day(day: date | datetime, *, year: bool | None = None) -> str:
    """「7月21日（木）」, on holidays 「11月23日（月・祝）」; with the year when it is not this year's."""
    local = _local(day)
    plain = local.date() if isinstance(local, datetime) else local
    with_year = plain.year != clock.today().year if year is None else year
    if _english():
        text = f"{_EN_WEEKDAYS[plain.weekday()]} {plain.day} {_EN_MONTHS[plain.month - 1]}"
        return f"{text} {plain.year}" if with_year else text
    holiday = "・祝" if holiday_name(plain) else ""
    text = f"{plain.month}月{plain.day}日（{_WEEKDAYS[plain.weekday()]}{holiday}）"
    return f"{plain.year}年{text}" if with_year else text


def format_time(moment: datetime) -> str:
    """「14:00」, 「8:05」."""
    local = _local(moment)
    assert isinstance(local, datetime)
    return f"{local.hour}:{local.minute:02}"


def format_moment(moment: datetime) -> str:
    """「7月21日（木）14:00」 for staff."""
    return f"{format_day(moment)}{' ' if _english() else ''}{format_time(moment)}"


def format_resident(moment: datetime) -> str:
    """「7月21日（木）午後2時」, 「午前9時30分」, 「正午」 for residents."""
    local = _local(moment)
    assert isinstance(local, datetime)
    hour, minute = local.hour, local.minute
    if _english():
        half = "a.m." if hour < 12 else "p.m."
        clockface = f"{hour % 12 or 12}" + (f":{minute:02}" if minute else "")
        return f"{format_day(local)}, {'noon' if (hour, minute) == (12, 0) else f'{clockface} {half}'}"
    if (hour, minute) == (12, 0):
        return f"{format_day(local)}正午"
    half = "午前" if hour < 12 else "午後"
    return f"{format_day(local)}{half}{hour % 12}時" + (f"{minute}分" if minute else "")
