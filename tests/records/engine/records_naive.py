"""The query language evaluated on Python values, slowly and plainly: what the SQL has to agree with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from tomoni.core.clock import TOKYO
from tomoni.core.search import fold
from tomoni.engines.query import And, Call, Condition, Instant, Or, Text, resolve


def holds(node, values, actor, now, types):
    if node is None:
        return True
    if isinstance(node, And):
        return all(holds(p, values, actor, now, types) for p in node.parts)
    if isinstance(node, Or):
        return any(holds(p, values, actor, now, types) for p in node.parts)
    if node.field in types.get("tables", {}):
        return some_row(node, values[types["tables"][node.field]], types[node.field], actor, now)
    return condition(node, values[node.field], types[node.field], actor, now)


def some_row(node: Condition, rows, kind, actor, now):
    """A column of a table: some row fulfils it; the negations hold when no row fulfils the positive."""
    opposite = {"!=": "=", "not in": "in", "not like": "like"}.get(node.operator)
    if opposite:
        return not some_row(replace(node, operator=opposite), rows, kind, actor, now)
    empty = (
        []
        if kind in ("multichoice", "user", "department", "file")
        else ""
        if kind in ("text", "choice")
        else None
    )
    found = [row["values"][node.field] for row in rows] or [empty]
    return any(condition(node, value, kind, actor, now) for value in found)


def text_of(operand):
    return operand.value if isinstance(operand, Text) else operand.text


def condition(node: Condition, value, kind, actor, now):
    op = node.operator
    if op == "is empty":
        return value in (None, "", [])
    if op == "is not empty":
        return value not in (None, "", [])
    if op.startswith("not "):
        return not positive(op[4:], node, value, kind, actor, now)
    if op == "!=":
        return not positive("=", node, value, kind, actor, now)
    return positive(op, node, value, kind, actor, now)


def positive(op, node, value, kind, actor, now):
    if kind in ("text", "multiline"):
        if op == "like":
            return fold(text_of(node.values[0])) in fold(value or "")
        return any(
            (value in (None, "")) if text_of(o) == "" else fold(text_of(o)) == fold(value or "")
            for o in node.values
        )
    if kind in ("choice", "status"):
        return any(text_of(o) == value for o in node.values)
    if kind == "file":
        return any(fold(text_of(node.values[0])) in fold(name) for name in value)
    if kind == "time":
        return hour(op, text_of(node.values[0]), value)
    if kind == "multichoice":
        return any((value == []) if text_of(o) == "" else text_of(o) in value for o in node.values)
    if kind in ("user", "creator", "department"):
        held = value if isinstance(value, list) else [] if value is None else [value]
        return any(person(o, held, actor, kind) for o in node.values)
    if kind in ("date", "datetime"):
        return moment(op, node.values[0], value, kind, now)
    return number(op, node.values, value)


def person(operand, held, actor, kind):
    if isinstance(operand, Call):
        own = actor.home_department if kind == "department" else actor.id
        return own in held
    text = text_of(operand)
    return held == [] if text == "" else text.isdigit() and int(text) in held


def number(op, operands, value):
    if op in ("=", "in"):
        return any(value is None if text_of(o) == "" else value == Decimal(text_of(o)) for o in operands)
    if value is None:
        return False
    return compare(op, value, Decimal(text_of(operands[0])))


def hour(op, text, value):
    """A time of day, as one writes it."""
    if value is None or text == "":
        return value is None and text == "" and op == "="
    asked = time(12) if text == "午後0時" else time(*map(int, text.split(":")))
    return value == asked if op == "=" else compare(op, value, asked)


def compare(op, left, right):
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]


def moment(op, operand, value, kind, now):
    if not isinstance(operand, Call) and text_of(operand) == "":
        return value is None
    if value is None:
        return False
    if isinstance(operand, Call):
        meant = resolve(operand, now)
        if isinstance(meant, Instant):
            if kind == "datetime":
                return value == meant.at if op == "=" else compare(op, value, meant.at)
            low, high = meant.at.date(), meant.at.date() + timedelta(days=1)
        else:
            low, high = meant.start, meant.end
    elif kind == "datetime" and ":" in text_of(operand):
        at = datetime.fromisoformat(text_of(operand)).astimezone(UTC)
        return value == at if op == "=" else compare(op, value, at)
    else:
        low = date.fromisoformat(text_of(operand))
        high = low + timedelta(days=1)
    if kind == "datetime":
        low, high = (datetime.combine(d, time(), TOKYO) for d in (low, high))
    return {
        "=": low <= value < high,
        "<": value < low,
        "<=": value < high,
        ">": value >= high,
        ">=": value >= low,
    }[op]


def sort_key(value, kind):
    if value in (None, ""):
        return (0,)
    return (1, fold(value) if kind in ("text", "multiline") else value)


def ordered(rows, order, types):
    """Rows sorted by the keys; ties by $id in the direction of the last key; without keys newest first."""
    last_down = order[-1].descending if order else True
    rows = sorted(rows, key=lambda r: r["$id"], reverse=last_down)
    for key in reversed(order):
        rows = sorted(rows, key=lambda r, k=key: sort_key(r[k.field], types[k.field]), reverse=key.descending)
    return rows
