"""Time of day (時刻), to the minute; stored as minutes since midnight."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.core.clock import TOKYO
from tomoni.records.fieldtypes.base import EMPTY, ORDER, Context, FieldType, Names, Unclean
from tomoni.records.schema.spec import FieldSpec

_TIME = re.compile(
    r"(?P<half>午前|午後|am|pm)?\s*(?P<hour>\d{1,2})(?::|時)(?:(?P<minute>\d{1,2})分?)?(?::\d{1,2}(\.\d+)?)?",
    re.I,
)
_HALVES = {"午前": 0, "am": 0, "午後": 12, "pm": 12}


def read_time(raw: Any) -> time:
    """A time from 9:30, 09:30:00, 9時30分, 午後3時 …; raises `Unclean`."""
    if isinstance(raw, datetime):
        raw = raw.astimezone(TOKYO).time() if raw.tzinfo else raw.time()
    if isinstance(raw, time):
        return time(raw.hour, raw.minute)
    found = (
        _TIME.fullmatch(unicodedata.normalize("NFKC", raw).strip())
        if isinstance(raw, str) and len(raw) < 30
        else None
    )
    if found is not None:
        hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
        if half and hour <= 12:
            hour = hour % 12 + _HALVES[half]
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise Unclean(_("時刻として読めません。例: 9:30、9時30分"))


class Time(FieldType):
    """A time of day without a day."""

    name = "time"
    label = _("時刻")
    kind = "number"
    operators = ORDER | EMPTY
    indexed = True
    aggregates = frozenset({"count", "min", "max"})
    kintone = "TIME"

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """Minutes since midnight."""
        return {"": models.IntegerField(null=True)}

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> time | None:
        """A time between 0:00 and 23:59."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        return read_time(raw)

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """Minutes."""
        return (None if value is None else value.hour * 60 + value.minute,)

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> time | None:
        """The time."""
        return None if stored[0] is None else time(stored[0] // 60, stored[0] % 60)

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Compared in minutes."""
        return self.to_columns(read_time(text), field)[0]

    def sort_value(self, value: Any) -> Any:
        """Order is by minutes."""
        return None if value is None else value.hour * 60 + value.minute

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """09:30."""
        return "" if value is None else value.strftime("%H:%M")

    def to_json(self, value: Any) -> Any:
        """HH:MM."""
        return None if value is None else value.strftime("%H:%M")

    def from_json(self, data: Any, field: FieldSpec) -> time | None:
        """From HH:MM."""
        return None if data is None else time.fromisoformat(data)

    def json_schema(self, field: FieldSpec) -> dict[str, Any]:
        """HH:MM."""
        return {"type": ["string", "null"], "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
