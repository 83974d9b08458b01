"""Number (数値): an exact decimal, stored as a scaled integer because SQLite's decimals are floats."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import AMONG, EMPTY, ORDER, Context, FieldType, Names, Unclean
from tomoni.records.schema.spec import FieldSpec

LEAST_SCALE = 4
MOST_DIGITS = 9
BIGGEST = 2**63 - 1
_PATTERN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_SIGNS = str.maketrans({"−": "-", "‐": "-", "–": "-", "ー": "-", "▲": "-", "△": "-"})


def parse_decimal(raw: Any) -> Decimal:
    """A decimal from what people type: full-width digits, commas, ▲ for minus, 円 left to the field's unit."""
    if isinstance(raw, bool):
        raise Unclean(_("数字で入力してください。"))
    if isinstance(raw, int | Decimal):
        made = Decimal(raw)
    elif isinstance(raw, float):
        made = Decimal(repr(raw))
    elif isinstance(raw, str):
        text = unicodedata.normalize("NFKC", raw).strip().translate(_SIGNS).replace(",", "")
        if len(text) > 40 or not _PATTERN.fullmatch(text):
            raise Unclean(_("数字で入力してください。"))
        made = Decimal(text)
    else:
        raise Unclean(_("数字で入力してください。"))
    if not made.is_finite():
        raise Unclean(_("数字で入力してください。"))
    return made


class Number(FieldType):
    """A number with `digits` after the point, within `min` and `max`, shown with its `unit`."""

    name = "number"
    label = _("数値")
    kintone = "NUMBER"
    aggregates = frozenset({"count", "sum", "avg", "min", "max"})
    kind = "number"
    operators = ORDER | AMONG | EMPTY
    indexed = True
    may_be_unique = True
    option_names = frozenset({"min", "max", "digits", "unit", "scale"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`digits` 0–9, `min` ≤ `max`, `unit`; `scale` is fixed when the field is made."""
        made = super().check_options(options)
        digits = made.get("digits")
        if digits is not None and (
            isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= MOST_DIGITS
        ):
            raise Unclean(_("小数の桁数は0から9までの整数にしてください。"))
        for name in ("min", "max"):
            if made.get(name) in (None, ""):
                made.pop(name, None)
            else:
                made[name] = str(parse_decimal(made[name]))
        if "min" in made and "max" in made and Decimal(made["min"]) > Decimal(made["max"]):
            raise Unclean(_("最小値は最大値以下にしてください。"))
        if not isinstance(made.get("unit", ""), str) or len(made.get("unit", "")) > 20:
            raise Unclean(_("単位は20文字以内にしてください。"))
        made["scale"] = max(digits or 0, LEAST_SCALE)
        return made

    def check_change(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """The scale of stored numbers stays; more digits than it holds are refused."""
        scale = old.get("scale", LEAST_SCALE)
        if (new.get("digits") or 0) > scale:
            raise Unclean(_("小数の桁数は%(scale)sまでしか増やせません。") % {"scale": scale})
        return {**new, "scale": scale}

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """The number times 10^scale."""
        return {"": models.BigIntegerField(null=True)}

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> Decimal | None:
        """An exact decimal; refuses more digits than the field holds."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        text = raw
        unit = field.options.get("unit")
        if isinstance(raw, str) and unit:
            text = raw.strip().removesuffix(unit)
        value = self.exact(parse_decimal(text), field, field.options.get("digits"))
        least, most = field.options.get("min"), field.options.get("max")
        if least is not None and value < Decimal(least):
            raise Unclean(_("%(limit)s以上の数を入力してください。") % {"limit": least})
        if most is not None and value > Decimal(most):
            raise Unclean(_("%(limit)s以下の数を入力してください。") % {"limit": most})
        return value

    def exact(self, value: Decimal, field: FieldSpec, digits: int | None) -> Decimal:
        """The value at the field's precision; refuses what would be rounded or does not fit."""
        scale = field.options.get("scale", LEAST_SCALE)
        allowed = scale if digits is None else digits
        try:
            quantized = value.quantize(Decimal(1).scaleb(-allowed))
        except InvalidOperation:
            raise Unclean(_("数が大きすぎます。")) from None
        if quantized != value:
            raise Unclean(
                _("整数で入力してください。")
                if allowed == 0
                else _("小数は%(digits)s桁までで入力してください。") % {"digits": allowed}
            )
        if abs(value.scaleb(scale)) > BIGGEST:
            raise Unclean(_("数が大きすぎます。"))
        return plain(value)

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """Scaled to an integer."""
        return (None if value is None else int(value.scaleb(field.options.get("scale", LEAST_SCALE))),)

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> Decimal | None:
        """Back to a decimal without needless zeros."""
        if stored[0] is None:
            return None
        return plain(Decimal(stored[0]).scaleb(-field.options.get("scale", LEAST_SCALE)))

    def literal(self, text: str, field: FieldSpec) -> Any:
        """A number in a query is scaled exactly; it may have more digits than the field (then nothing equals it)."""
        return parse_decimal(text).scaleb(field.options.get("scale", LEAST_SCALE))

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """With thousands separators and the unit."""
        if value is None:
            return ""
        digits = field.options.get("digits")
        text = f"{value:,.{digits}f}" if digits is not None else f"{value:,f}"
        return text + field.options.get("unit", "")

    def to_json(self, value: Any) -> Any:
        """As text, so that no digit is lost."""
        return None if value is None else f"{value:f}"

    def from_json(self, data: Any, field: FieldSpec) -> Decimal | None:
        """From text."""
        return None if data is None else Decimal(data)

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Plain digits, as spreadsheets read them."""
        return "" if value is None else f"{value:f}"


def plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent: 1200, not 1.2E+3."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value.as_tuple().exponent > 0 else value  # type: ignore[operator]
