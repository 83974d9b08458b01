"""The functions of formulas: how many arguments, of what kind, what they give."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from tomoni.engines.formula.arithmetic import (
    EXACT,
    TOKYO,
    Uncomputable,
    compare,
    is_blank,
    number,
    operate,
    rounded,
    sane,
    seconds,
    text,
)
from tomoni.engines.formula.days import add_days, add_months, age, difference, fiscal_year, formatted, local

# Their value changes by itself, the stored result would not.
STALE = frozenset(
    {"TODAY", "NOW", "YESTERDAY", "TOMORROW", "FROM_TODAY", "THIS_MONTH", "THIS_WEEK", "THIS_YEAR"}
)
ZONES = "Asia/Tokyo|JST|UTC|Etc/GMT|Etc/UTC"
UNITS = "days|months|years|日|月|年"
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,20})?")
MANY = 1_000


@dataclass(frozen=True, slots=True)
class Function:
    """A function. `shapes` of its arguments (the last one repeats), the kind it `gives` (`same`: as its arguments)."""

    usage: str
    shapes: tuple[str, ...]
    gives: str
    run: Callable[[Sequence[Any]], Any]
    least: int = 1
    most: int = 1


def _flat(values: Sequence[Any]) -> list[Any]:
    """Values with those of table columns, empty ones left out."""
    found: list[Any] = []
    for value in values:
        found.extend(value if isinstance(value, list) else [value])
    return [v for v in found if not is_blank(v)]


def _sum(values: Sequence[Any]) -> Decimal:
    total = Decimal(0)
    for value in _flat(values):
        total = sane(EXACT.add(total, number(value)))
    return total


def _average(values: Sequence[Any]) -> Any:
    return operate("/", _sum(values), Decimal(len(_flat(values))))


def _extreme(operator: str) -> Callable[[Sequence[Any]], Any]:
    def run(values: Sequence[Any]) -> Any:
        found = _flat(values)
        if not found:
            raise Uncomputable
        best = found[0]
        for value in found[1:]:
            best = value if compare(operator, value, best) else best
        return best

    return run


def _contains(values: Sequence[Any]) -> bool:
    where, what = values[0], text(values[1])
    if isinstance(where, list):
        return any(what in item if isinstance(item, list) else text(item) == what for item in where)
    return bool(what) and what in text(where)


def _yen(values: Sequence[Any]) -> str:
    places = values[1] if len(values) > 1 else Decimal(0)
    made = rounded("ROUND", values[0], places)
    shown = f"{abs(made):,.{max(0, int(number(places)))}f}"
    return ("-¥" if made < 0 else "¥") + shown


def _count(value: Any) -> int:
    found = number(value)
    if not 0 <= found <= 100_000:
        raise Uncomputable
    return int(found)


def _middle(v: Sequence[Any]) -> str:
    start = _count(v[1])
    if start < 1:
        raise Uncomputable
    return text(v[0])[start - 1 : start - 1 + _count(v[2])]


def _value(v: Sequence[Any]) -> Decimal | None:
    found = (
        text(v[0])
        .translate(str.maketrans("０１２３４５６７８９．，－＋", "0123456789.,-+"))
        .strip()
        .replace(",", "")
    )
    if not found:
        return None
    if not _PLAIN_NUMBER.fullmatch(found):
        raise Uncomputable
    return Decimal(found)


def _substitute(v: Sequence[Any]) -> str:
    old = text(v[1])
    return text(operate("&", text(v[0]).replace(old, text(v[2])) if old else v[0], ""))


def _rounding(name: str) -> Callable[[Sequence[Any]], Decimal]:
    return lambda v: rounded(name, v[0], v[1] if len(v) > 1 else None)


def _part(name: str) -> Callable[[Sequence[Any]], Decimal]:
    return lambda v: Decimal(getattr(local(v[0]), name))


FUNCTIONS: dict[str, Function] = {
    "SUM": Function("SUM(数, …)", ("number",), "number", _sum, 1, MANY),
    "AVERAGE": Function("AVERAGE(数, …)", ("number",), "number", _average, 1, MANY),
    "MIN": Function("MIN(数か日付, …)", ("number_or_moment",), "same", _extreme("<"), 1, MANY),
    "MAX": Function("MAX(数か日付, …)", ("number_or_moment",), "same", _extreme(">"), 1, MANY),
    "COUNT": Function("COUNT(項目, …)", ("any",), "number", lambda v: Decimal(len(_flat(v))), 1, MANY),
    "ROUND": Function("ROUND(数, 桁)", ("number",), "number", _rounding("ROUND"), 1, 2),
    "ROUNDUP": Function(
        "ROUNDUP(数, 桁)", ("number",), "number", _rounding("ROUNDUP"), 1, 2
    ),
    "ROUNDDOWN": Function(
        "ROUNDDOWN(数, 桁)", ("number",), "number", _rounding("ROUNDDOWN"), 1, 2
    ),
    "ABS": Function("ABS(数)", ("number",), "number", lambda v: abs(number(v[0]))),
    "MOD": Function("MOD(数, 割る数)", ("number",), "number", lambda v: operate("%", v[0], v[1]), 2, 2),
    # IF, AND and OR look only at what they need; `evaluate` runs them.
    "IF": Function("IF(条件, はいのとき, いいえのとき)", ("boolean", "any"), "same", lambda v: v, 3, 3),
    "AND": Function("AND(条件, …)", ("boolean",), "boolean", lambda v: v, 1, MANY),
    "OR": Function("OR(条件, …)", ("boolean",), "boolean", lambda v: v, 1, MANY),
    "NOT": Function("NOT(条件)", ("boolean",), "boolean", lambda v: not number(v[0])),
    "CONTAINS": Function("CONTAINS(項目, \"文字\")", ("textlike", "text"), "boolean", _contains, 2, 2),
    "YEN": Function("YEN(数, 桁)", ("number",), "text", _yen, 1, 2),
    "DATE_FORMAT": Function(
        'DATE_FORMAT(日付, "YYYY/MM/DD", "Asia/Tokyo")', ("moment", "text", f"one:{ZONES}"), "text", formatted, 2, 3
    ),
    "DATEDIFF": Function(
        'DATEDIFF(始め, 終わり, "days")', ("day", "day", f"one:{UNITS}"), "number", difference, 2, 3
    ),
    "DAYS": Function("DAYS(終わり, 始め)", ("day",), "number", lambda v: difference([v[1], v[0]]), 2, 2),
    "AGE": Function("AGE(生年月日, その日)", ("day",), "number", age, 2, 2),
    "FISCAL_YEAR": Function("FISCAL_YEAR(日付)", ("day",), "number", fiscal_year),
    "ADD_DAYS": Function("ADD_DAYS(日付, 日数)", ("day", "number"), "date", add_days, 2, 2),
    "ADD_MONTHS": Function("ADD_MONTHS(日付, 月数)", ("day", "number"), "date", add_months, 2, 2),
    "YEAR": Function("YEAR(日付)", ("day",), "number", _part("year")),
    "MONTH": Function("MONTH(日付)", ("day",), "number", _part("month")),
    "DAY": Function("DAY(日付)", ("day",), "number", _part("day")),
    "LEFT": Function("LEFT(文字, 文字数)", ("text", "number"), "text", lambda v: text(v[0])[: _count(v[1])], 2, 2),
    "RIGHT": Function(
        "RIGHT(文字, 文字数)", ("text", "number"), "text",
        lambda v: text(v[0])[-_count(v[1]) :] if _count(v[1]) else "", 2, 2,
    ),
    "MID": Function("MID(文字, 何文字目から, 文字数)", ("text", "number"), "text", _middle, 3, 3),
    "LEN": Function("LEN(文字)", ("text",), "number", lambda v: Decimal(len(text(v[0])))),
    "CONCAT": Function("CONCAT(文字, …)", ("text",), "text", lambda v: _joined(v), 1, MANY),
    "TRIM": Function("TRIM(文字)", ("text",), "text", lambda v: text(v[0]).strip()),
    "UPPER": Function("UPPER(文字)", ("text",), "text", lambda v: text(v[0]).upper()),
    "LOWER": Function("LOWER(文字)", ("text",), "text", lambda v: text(v[0]).lower()),
    "SUBSTITUTE": Function("SUBSTITUTE(文字, 探す文字, 置きかえる文字)", ("text",), "text", _substitute, 3, 3),
    "VALUE": Function("VALUE(文字)", ("text",), "number", _value),
}  # fmt: skip


def _joined(values: Sequence[Any]) -> str:
    made: Any = ""
    for value in values:
        made = operate("&", made, value)
    return text(made)


def as_result(value: Any, result: str) -> Any:
    """A value as the field keeps it: number, text, date, datetime or time; None when there is nothing."""
    if result == "text":
        return text(value)
    if is_blank(value):
        return None
    if result == "number":
        return number(value)
    if result == "time":
        total = number(value) if isinstance(value, Decimal | bool) else seconds(value)
        return operate("+", time(), total)
    made = (
        operate("+", datetime(1970, 1, 1, tzinfo=UTC), number(value)) if isinstance(value, Decimal) else value
    )
    if result == "date":
        return local(made)
    return made if isinstance(made, datetime) else datetime.combine(made, time(), TOKYO)
