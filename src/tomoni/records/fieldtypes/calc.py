"""Calculated fields (計算): the writer fills them in from a formula. One type for each kind of result, so that each is
stored, filtered and sorted like the type it is: `calc` (number), `calc_text`, `calc_date`, `calc_datetime`, `calc_time`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, InvalidOperation
from typing import Any, ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tomoni.engines.formula import FormulaError, parse
from tomoni.records._core import find_individual_number
from tomoni.records.fieldtypes.base import Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.date import Date
from tomoni.records.fieldtypes.datetime import DateTime
from tomoni.records.fieldtypes.number import BIGGEST, LEAST_SCALE, Number, plain
from tomoni.records.fieldtypes.text import Text
from tomoni.records.fieldtypes.time import Time
from tomoni.records.schema.spec import FieldSpec

ROUNDINGS = {"half_up": ROUND_HALF_UP, "up": ROUND_UP, "down": ROUND_DOWN}
SHAPES = ("number", "hours", "days")


class Calculated(FieldType):
    """What calculated fields have in common. `result`: what the formula must give."""

    result: ClassVar[str]
    entered = False
    may_be_unique = False
    kintone = "CALC"

    def check_formula(self, options: Mapping[str, Any]) -> str:
        """The option `formula`, if it reads. Whether it fits the fields is checked when the app is published."""
        formula = options.get("formula")
        try:
            parse(formula if isinstance(formula, str) else "")
        except FormulaError as error:
            raise Unclean(error.message(get_language() or "ja")) from None
        return str(formula).strip()

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> Any:
        """Never written by people."""
        raise Unclean(_("この項目は自動で計算されます。入力できません。"))

    def kept(self, value: Any, field: FieldSpec) -> Any:
        """What is stored of a computed value; the empty value when it does not fit."""
        return self.empty if value is None else value


class CalcNumber(Calculated, Number):
    """A computed number with `digits` (else 4), rounded by `rounding`, shown as `shape`: number, hours or days."""

    name = "calc"
    label = _("計算（数）")
    result = "number"
    option_names = frozenset({"formula", "digits", "unit", "rounding", "shape", "scale"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`formula`, `digits`, `unit`, `rounding`, `shape`."""
        made = {**super().check_options(options), "formula": self.check_formula(options)}
        if made.setdefault("rounding", "half_up") not in ROUNDINGS:
            raise Unclean(_("端数の扱いは、四捨五入・切り上げ・切り捨てのどれかです。"))
        if made.setdefault("shape", "number") not in SHAPES:
            raise Unclean(_("見せ方は、数・時間・日と時間のどれかです。"))
        return made

    def kept(self, value: Any, field: FieldSpec) -> Decimal | None:
        """Rounded to the field's digits; nothing when it is too big."""
        if value is None:
            return None
        scale, digits = field.options.get("scale", LEAST_SCALE), field.options.get("digits")
        rounding = ROUNDINGS[field.options.get("rounding", "half_up")]
        try:
            made = value.quantize(Decimal(1).scaleb(-(scale if digits is None else digits)), rounding)
        except InvalidOperation:
            return None
        return None if abs(made.scaleb(scale)) > BIGGEST else plain(made)

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """A number with its unit, or seconds as hours and minutes."""
        shape = field.options.get("shape", "number")
        if value is None or shape == "number":
            return super().display(value, field, names)
        minutes, sign = int(abs(value)) // 60, "-" if value < 0 else ""
        if shape == "hours":
            return str(
                _("%(sign)s%(hours)s時間%(minutes)s分")
                % {"sign": sign, "hours": minutes // 60, "minutes": minutes % 60}
            )
        parts = {
            "sign": sign,
            "days": minutes // 1440,
            "hours": minutes % 1440 // 60,
            "minutes": minutes % 60,
        }
        return str(_("%(sign)s%(days)s日%(hours)s時間%(minutes)s分") % parts)


class _Formula(Calculated):
    option_names = frozenset({"formula"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`formula`."""
        return {**super().check_options(options), "formula": self.check_formula(options)}


class CalcText(_Formula, Text):
    """A computed text, up to 10,000 characters; a longer one is not kept."""

    name = "calc_text"
    label = _("計算（文字）")
    result = "text"
    kintone = "SINGLE_LINE_TEXT"

    def kept(self, value: Any, field: FieldSpec) -> str:
        """In one line. What joins to an individual number is not kept, like everywhere."""
        text = " ".join(str(value or "").split("\n")).strip()
        return "" if len(text) > self.most or find_individual_number(text) else text


class CalcDate(_Formula, Date):
    """A computed day."""

    name = "calc_date"
    label = _("計算（日付）")
    result = "date"

    def kept(self, value: Any, field: FieldSpec) -> date | None:
        """Between 1868 and 2200."""
        return value if value is not None and 1868 <= value.year <= 2200 else None


class CalcDateTime(_Formula, DateTime):
    """A computed moment."""

    name = "calc_datetime"
    label = _("計算（日時）")
    result = "datetime"

    def kept(self, value: Any, field: FieldSpec) -> datetime | None:
        """Between 1868 and 2200, in UTC."""
        return value.astimezone(UTC) if value is not None and 1868 <= value.year <= 2200 else None


class CalcTime(_Formula, Time):
    """A computed time of day."""

    name = "calc_time"
    label = _("計算（時刻）")
    result = "time"

    def kept(self, value: Any, field: FieldSpec) -> time | None:
        """To the minute."""
        return None if value is None else time(value.hour, value.minute)
