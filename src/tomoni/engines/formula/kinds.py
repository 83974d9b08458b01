"""What kind of value a formula gives: checked when it is saved, so that it never fails on a record for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tomoni.engines.formula.errors import FormulaError
from tomoni.engines.formula.functions import FUNCTIONS, STALE
from tomoni.engines.formula.tree import Call, Chain, Compare, Field, Node, Number, Sign, Text

DAYS = ("date", "datetime")
MOMENTS = (*DAYS, "time")
NUMBERS = ("number", "boolean")
SINGLE = (*NUMBERS, *MOMENTS, "text", "empty")
# A shape that an argument may have → the kinds that fit it.
SHAPES: dict[str, tuple[str, ...]] = {
    "number": NUMBERS,
    "text": (*NUMBERS, *MOMENTS, "text", "empty"),
    "boolean": NUMBERS,
    "day": DAYS,
    "moment": MOMENTS,
    "textlike": ("text", "set", "empty"),
    "number_or_moment": (*NUMBERS, *MOMENTS),
    "any": (*SINGLE, "set"),
}
MAY_BE_MANY = frozenset({"SUM", "AVERAGE", "MIN", "MAX", "COUNT", "CONTAINS"})
RESULTS: dict[str, tuple[str, ...]] = {
    "number": NUMBERS,
    "text": SINGLE,
    "date": (*DAYS, "number", "empty"),
    "datetime": (*DAYS, "number", "empty"),
    "time": ("time", "number", "empty"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a value; `many`: one value for each row of a table."""

    name: str
    many: bool = False


def check(node: Node, fields: Mapping[str, Kind | None]) -> Kind:
    """The kind of a formula's result. `fields`: the kind of each field, None for fields that cannot be used."""
    return _KINDS[type(node)](node, fields)


def check_result(node: Node, fields: Mapping[str, Kind | None], result: str) -> None:
    """Raise `FormulaError` when the formula does not give what the field is to hold."""
    found = _single(node, check(node, fields))
    if found not in RESULTS[result]:
        raise FormulaError("result", node.line, node.column, given=found, wanted=result)


def _single(node: Node, kind: Kind) -> str:
    if kind.many:
        code = node.code if isinstance(node, Field) else ""
        raise FormulaError("column", node.line, node.column, found=code)
    return kind.name


def _field(node: Field, fields: Mapping[str, Kind | None]) -> Kind:
    if node.code not in fields:
        if node.code.upper() in STALE:
            raise FormulaError("stale", node.line, node.column, found=node.code)
        raise FormulaError("field", node.line, node.column, found=node.code)
    kind = fields[node.code]
    if kind is None:
        raise FormulaError("unusable", node.line, node.column, found=node.code)
    return kind


def _sign(node: Sign, fields: Mapping[str, Kind | None]) -> Kind:
    given = _single(node.of, check(node.of, fields))
    if given not in NUMBERS:
        raise FormulaError("operand", node.line, node.column, found=node.sign, given=given)
    return Kind("number")


def _chain(node: Chain, fields: Mapping[str, Kind | None]) -> Kind:
    left = _single(node.first, check(node.first, fields))
    for operator, part in node.rest:
        right = _single(part, check(part, fields))
        left = _operate(node, operator, left, right)
    return Kind(left)


def _operate(node: Chain, operator: str, left: str, right: str) -> str:
    if operator == "&":
        wrong = next((k for k in (left, right) if k not in SINGLE), None)
        if wrong is None:
            return "text"
    elif operator in "+-":
        made = _added(operator, left, right)
        if made:
            return made
        wrong = left if left not in (*NUMBERS, *MOMENTS) else right
    else:
        wrong = next((k for k in (left, right) if k not in NUMBERS), None)
        if wrong is None:
            return "number"
    raise FormulaError("operand", node.line, node.column, found=operator, given=wrong)


def _added(operator: str, left: str, right: str) -> str | None:
    if left in NUMBERS and right in NUMBERS:
        return "number"
    if operator == "-" and ((left in DAYS and right in DAYS) or left == right == "time"):
        return "number"
    if left in MOMENTS and right in NUMBERS:
        return "time" if left == "time" else "datetime"
    if operator == "+" and left in NUMBERS and right in MOMENTS:
        return "time" if right == "time" else "datetime"
    return None


def _compare(node: Compare, fields: Mapping[str, Kind | None]) -> Kind:
    left, right = (_single(n, check(n, fields)) for n in (node.left, node.right))
    same = (
        left == right != "set"
        or "empty" in (left, right)
        or any(left in group and right in group for group in (NUMBERS, DAYS))
    )
    ordered = node.operator in ("=", "!=") or not {left, right} & {"empty", "set"}
    if not (same and ordered):
        raise FormulaError("compare", node.line, node.column, left=left, right=right)
    return Kind("boolean")


def _call(node: Call, fields: Mapping[str, Kind | None]) -> Kind:
    if node.name in STALE:
        raise FormulaError("stale", node.line, node.column, found=node.name)
    known = FUNCTIONS.get(node.name)
    if known is None:
        raise FormulaError("function", node.line, node.column, found=node.name)
    if not known.least <= len(node.args) <= known.most:
        raise FormulaError("arguments", node.line, node.column, found=node.name, usage=known.usage)
    kinds = [check(part, fields) for part in node.args]
    for position, (part, kind) in enumerate(zip(node.args, kinds, strict=True), start=1):
        may_be_many = node.name in MAY_BE_MANY and not (node.name == "CONTAINS" and position > 1)
        given = kind.name if may_be_many else _single(part, kind)
        shape = known.shapes[min(position, len(known.shapes)) - 1]
        if shape.startswith("one:"):
            _option(node, position, part, shape[4:].split("|"))
        elif given not in SHAPES[shape]:
            raise FormulaError(
                "argument",
                part.line,
                part.column,
                found=node.name,
                position=position,
                wanted=shape,
                given=given,
            )
    if known.gives == "same":
        return Kind(_alike(node, [k.name for k in kinds][1 if node.name == "IF" else 0 :]))
    return Kind(known.gives)


def _option(node: Call, position: int, part: Node, words: Sequence[str]) -> None:
    if not isinstance(part, Text) or part.value not in words:
        raise FormulaError(
            "option", part.line, part.column, found=node.name, position=position, wanted="、".join(words)
        )


def _alike(node: Call, names: Sequence[str]) -> str:
    """The one kind of several values: numbers and conditions are numbers, days and date-times are date-times."""
    found = "empty"
    for name in names:
        if "empty" in (found, name):
            found = name if found == "empty" else found
        elif found == name:
            continue
        elif {found, name} <= set(NUMBERS):
            found = "number"
        elif {found, name} <= set(DAYS):
            found = "datetime"
        else:
            raise FormulaError("branches", node.line, node.column, left=found, right=name)
    return found


_KINDS = {
    Number: lambda node, fields: Kind("number"),
    Text: lambda node, fields: Kind("text" if node.value else "empty"),
    Field: _field,
    Sign: _sign,
    Chain: _chain,
    Compare: _compare,
    Call: _call,
}
