"""How far ahead something of people may be planned."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.errors import Invalid

YEARS_AHEAD = 10


def start_day(day: date | None, field: str = "valid_from") -> date:
    """The day, today for None. Raises `Invalid` for one over ten years ahead: a slip (9999年) would lock what follows."""
    today = clock.today()
    if day is None:
        return today
    last = date(today.year + YEARS_AHEAD, today.month, min(today.day, 28))
    if day > last:
        raise Invalid({field: [_("10年より先の日付は登録できません。年を確かめてください。")]})
    return day
