"""A formula's value for a record. What cannot be computed (divided by zero, a missing date) is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tomoni.engines.formula.arithmetic import Uncomputable, compare, number, operate
from tomoni.engines.formula.functions import FUNCTIONS, as_result
from tomoni.engines.formula.tree import Call, Chain, Compare, Field, Node, Number, Sign, Text


def evaluate(node: Node, values: Mapping[str, Any], result: str) -> Any:
    """The result as number, text, date, datetime or time; None when there is none (a text is then "").

    `values` by code: `Decimal`, `str`, `date`, aware `datetime`, `time`, `list[str]` of choices, None for an empty
    number and `MISSING` for an empty date, time or moment; for a column
    of a table a list with one of these for each row.
    """
    try:
        return as_result(value(node, values), result)
    except Uncomputable:
        return "" if result == "text" else None


def value(node: Node, values: Mapping[str, Any]) -> Any:
    """The value of a piece of a formula; raises `Uncomputable`."""
    if isinstance(node, Number | Text):
        return node.value
    if isinstance(node, Field):
        return values.get(node.code)
    if isinstance(node, Chain):
        found = value(node.first, values)
        for operator, part in node.rest:
            right = value(part, values)
            found = operate(operator, found, right)
        return found
    if isinstance(node, Compare):
        return compare(node.operator, value(node.left, values), value(node.right, values))
    if isinstance(node, Sign):
        found = number(value(node.of, values))
        return -found if node.sign == "-" else found
    assert isinstance(node, Call)
    if node.name in ("IF", "AND", "OR"):
        return _lazy(node, values)
    return FUNCTIONS[node.name].run([value(part, values) for part in node.args])


def _lazy(node: Call, values: Mapping[str, Any]) -> Any:
    if node.name == "IF":
        return value(node.args[1 if number(value(node.args[0], values)) else 2], values)
    found = (bool(number(value(part, values))) for part in node.args)
    return all(found) if node.name == "AND" else any(found)
