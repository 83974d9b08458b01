"""Date (日付): 和暦 accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.core import clock
from tomoni.core.clock import TOKYO
from tomoni.records._core import try_parse_date
from tomoni.records.fieldtypes.base import EMPTY, ORDER, Context, FieldType, Names, Unclean
from tomoni.records.schema.spec import FieldSpec


def read_date(raw: Any) -> date:
    """A date from 2026-04-01, 2026/4/1, 令和8年4月1日, R8.4.1 …; raises `Unclean`."""
    if isinstance(raw, datetime):
        return (raw.astimezone(TOKYO) if raw.tzinfo else raw).date()
    if isinstance(raw, date):
        return raw
    made = None
    if isinstance(raw, str) and len(raw) <= 40:
        try:
            # The quick way for what machines write; 2026/04/01 has ten characters too.
            made = date.fromisoformat(raw) if len(raw) == 10 and raw[4] == "-" and raw.isascii() else None
        except ValueError:
            made = None
        made = made or try_parse_date(raw)
    if made is None:
        raise Unclean(_("日付として読めません。例: 2026-04-01、令和8年4月1日"))
    return made


def is_birth_date(field: FieldSpec) -> bool:
    """Whether a date field holds somebody's birth date, by its name."""
    return "生年月日" in field.label or "誕生日" in field.label


class Date(FieldType):
    """A day."""

    name = "date"
    label = _("日付")
    kintone = "DATE"
    aggregates = frozenset({"count", "min", "max"})
    kind = "date"
    operators = ORDER | EMPTY
    indexed = True
    may_be_unique = True
    option_names = frozenset({"past"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`past`: whether only days up to today can be entered; left out, this is so for birth dates."""
        made = super().check_options(options)
        if not isinstance(made.get("past", False), bool):
            raise Unclean(_("この設定は「はい」か「いいえ」です: %(name)s") % {"name": "past"})
        return made

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """A date."""
        return {"": models.DateField(null=True)}

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> date | None:
        """A day between 1868 and 2200."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        made = read_date(raw.strip() if isinstance(raw, str) else raw)
        if not 1868 <= made.year <= 2200:
            raise Unclean(_("1868年から2200年までの日付を入力してください。"))
        if field.options.get("past", is_birth_date(field)) and made > clock.today():
            raise Unclean(_("今日より後の日付は入力できません。年をもう一度確かめてください。"))
        return made

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Any day that can be read."""
        return read_date(text)

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """2026-04-01; pages that want 和暦 use the calendar."""
        return "" if value is None else value.isoformat()

    def to_json(self, value: Any) -> Any:
        """ISO text."""
        return None if value is None else value.isoformat()

    def from_json(self, data: Any, field: FieldSpec) -> date | None:
        """From ISO text."""
        return None if data is None else date.fromisoformat(data)
