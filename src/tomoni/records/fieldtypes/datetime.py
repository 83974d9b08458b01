"""Date and time (日時): kept in UTC, read and shown in Asia/Tokyo."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.core.clock import TOKYO
from tomoni.records.fieldtypes.base import EMPTY, ORDER, Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.date import read_date
from tomoni.records.schema.spec import FieldSpec

_TIME = re.compile(
    r"^(?P<day>.+?)[T\s]*(?P<hour>\d{1,2})(?::|時)(?:(?P<minute>\d{1,2})分?)?(?::(?P<second>\d{1,2}))?$"
)


def read_datetime(raw: Any) -> datetime:
    """An aware moment; without a zone it is Asia/Tokyo. Takes ISO, 2026/4/1 9:30, 令和8年4月1日 9時30分."""
    made = None
    if isinstance(raw, datetime):
        made = raw
    elif isinstance(raw, str) and len(raw) <= 60:
        text = unicodedata.normalize("NFKC", raw).strip()
        try:
            made = datetime.fromisoformat(text)
        except ValueError:
            made = _loose(text)
    if made is None:
        raise Unclean(_("日時として読めません。例: 2026-04-01 09:30"))
    try:
        return (made if made.tzinfo else made.replace(tzinfo=TOKYO)).astimezone(UTC)
    except OverflowError:
        raise Unclean(_("日時として読めません。例: 2026-04-01 09:30")) from None


def _loose(text: str) -> datetime | None:
    if (found := _TIME.match(text)) is None:
        return None
    try:
        moment = time(int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0))
        return datetime.combine(read_date(found["day"].strip()), moment)
    except ValueError:
        return None


class DateTime(FieldType):
    """A moment, to the minute as people enter it."""

    name = "datetime"
    label = _("日時")
    kintone = "DATETIME"
    aggregates = frozenset({"count", "min", "max"})
    kind = "datetime"
    operators = ORDER | EMPTY
    indexed = True

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """A moment in UTC."""
        return {"": models.DateTimeField(null=True)}

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> datetime | None:
        """An aware moment between 1868 and 2200."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        made = read_datetime(raw)
        if not 1868 <= made.year <= 2200:
            raise Unclean(_("1868年から2200年までの日時を入力してください。"))
        return made

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Any moment that can be read."""
        return read_datetime(text)

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """2026-04-01 09:30 in Asia/Tokyo."""
        return "" if value is None else value.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")

    def to_json(self, value: Any) -> Any:
        """ISO text in UTC."""
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def from_json(self, data: Any, field: FieldSpec) -> datetime | None:
        """From ISO text."""
        return None if data is None else datetime.fromisoformat(data)
