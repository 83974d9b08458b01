"""A query in words (条件を言葉で): what a list shows, for settings and for paper, without its codes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.engines.query import And, Call, Number, Or, QueryError, parse
from tomoni.records.schema.snapshot import AppSchema


def words(text: str, app: AppSchema) -> str:
    """The whole query: its conditions, then its order. A query that does not read stays as it is."""
    try:
        query = parse(text)
    except QueryError:
        return text
    parts = [_node(query.where, app, inner=False)] if query.where is not None else []
    for key in query.order:
        direction = _("大きい順・新しい順") if key.descending else _("小さい順・古い順")
        parts.append(
            _("%(field)sの%(direction)s") % {"field": _label(key.field, app), "direction": direction}
        )
    return "、".join(parts)


def _label(code: str, app: AppSchema) -> str:
    spec = app.by_code.get(code)
    return spec.label if spec else code


def _node(node: Any, app: AppSchema, *, inner: bool = True) -> str:
    if isinstance(node, And | Or):
        parts = [_node(p, app) for p in node.parts]
        text = (_("、かつ ") if isinstance(node, And) else _("、または ")).join(parts)
        return f"（{text}）" if inner else text
    label = _label(node.field, app)
    values = "、".join(_value(v) for v in node.values)
    if node.values and values == "":
        return (_("%(field)sが空でない") if node.operator in ("!=", "not in") else _("%(field)sが空")) % {
            "field": label
        }
    return _patterns()[node.operator] % {"field": label, "value": values}


def _patterns() -> dict[str, str]:
    return {
        "=": _("%(field)sが%(value)s"),
        "!=": _("%(field)sが%(value)sでない"),
        "in": _("%(field)sが%(value)s"),
        "not in": _("%(field)sが%(value)sでない"),
        "like": _("%(field)sに「%(value)s」を含む"),
        "not like": _("%(field)sに「%(value)s」を含まない"),
        ">": _("%(field)sが%(value)sより大きい・後"),
        ">=": _("%(field)sが%(value)s以上・以後"),
        "<": _("%(field)sが%(value)sより小さい・前"),
        "<=": _("%(field)sが%(value)s以下・以前"),
        "is empty": _("%(field)sが空"),
        "is not empty": _("%(field)sが空でない"),
    }


def _value(operand: Any) -> str:
    if isinstance(operand, Number):
        return operand.text
    if isinstance(operand, Call):
        return _call(operand)
    return str(operand.value)


def _call(call: Call) -> str:
    known = {
        "TODAY": _("今日"),
        "YESTERDAY": _("昨日"),
        "TOMORROW": _("明日"),
        "NOW": _("いま"),
        "LOGINUSER": _("自分"),
        "PRIMARY_ORGANIZATION": _("自分の課"),
        "THIS_WEEK": _("今週"),
        "LAST_WEEK": _("先週"),
        "NEXT_WEEK": _("来週"),
        "THIS_MONTH": _("今月"),
        "LAST_MONTH": _("先月"),
        "NEXT_MONTH": _("来月"),
        "THIS_YEAR": _("今年"),
        "LAST_YEAR": _("去年"),
        "NEXT_YEAR": _("来年"),
    }
    if call.name == "FROM_TODAY" and len(call.args) == 2:
        units = {"DAYS": _("日"), "WEEKS": _("週"), "MONTHS": _("か月"), "YEARS": _("年")}
        number = call.args[0]
        unit = units.get(call.args[1], call.args[1])
        if number.startswith("-"):
            return _("%(n)s%(unit)s前") % {"n": number[1:], "unit": unit}
        return _("%(n)s%(unit)s後") % {"n": number, "unit": unit}
    return known.get(call.name, call.name)
