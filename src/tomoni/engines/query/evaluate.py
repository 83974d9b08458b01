"""A condition on one record's values, without a database: what forms need while they are being filled in.

It means the same as the compiled SQL (`records.query`); tests compare both. How values are compared is asked of a
`Subject`, so that this module knows nothing of field types.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from tomoni.engines.query.periods import Instant, Span, resolve
from tomoni.engines.query.tree import And, Call, Condition, Node, Or, Text


class Subject(Protocol):
    """A record as conditions see it."""

    def kind(self, node: Condition) -> str:
        """text, choice, number, date, datetime, set, people, departments or other; raises `QueryError`."""

    def key(self, code: str) -> Any:
        """The value as it is compared: folded text, scaled number, day, moment, list of texts or ids; None if empty."""

    def literal(self, node: Condition, text: str) -> Any:
        """A value written in the query, as it is compared with `key`; a day alone for a date-time is a `date`."""

    def needle(self, text: str) -> str:
        """A text to look for, folded."""

    def ids(self, node: Condition, texts: Sequence[str], calls: Sequence[Call]) -> set[int]:
        """The ids of people or departments that are named; unknown names are nobody."""


def holds(node: Node | None, subject: Subject, now: datetime) -> bool:
    """Whether a condition holds. `now` is local time; raises `QueryError` like the compiler."""
    if node is None:
        return True
    if isinstance(node, And):
        return all(holds(part, subject, now) for part in node.parts)
    if isinstance(node, Or):
        return any(holds(part, subject, now) for part in node.parts)
    return _condition(node, subject, now)


def _condition(node: Condition, subject: Subject, now: datetime) -> bool:
    kind, key = subject.kind(node), subject.key(node.field)
    operator = node.operator
    if operator in ("is empty", "is not empty"):
        return _blank(key) == (operator == "is empty")
    if operator in ("!=", "not in", "not like"):
        positive = {"!=": "=", "not in": "in", "not like": "like"}[operator]
        return not _positive(positive, node, kind, key, subject, now)
    return _positive(operator, node, kind, key, subject, now)


def _blank(key: Any) -> bool:
    return key is None or key in ("", [])


def _text(operand: Any) -> str:
    return operand.value if isinstance(operand, Text) else operand.text


def _is_blank(operand: Any) -> bool:
    return isinstance(operand, Text) and operand.value == ""


def _positive(operator: str, node: Condition, kind: str, key: Any, subject: Subject, now: datetime) -> bool:
    if operator == "like":
        return not _blank(key) and subject.needle(_text(node.values[0])) in key
    if any(_is_blank(o) for o in node.values) and _blank(key):
        return operator in ("=", "in")
    given = [o for o in node.values if not _is_blank(o)]
    if _blank(key) or not given:
        return False
    if kind in ("people", "departments"):
        calls = [o for o in given if isinstance(o, Call)]
        ids = subject.ids(node, [_text(o) for o in given if not isinstance(o, Call)], calls)
        return bool(ids & set(key if isinstance(key, list) else [key]))
    if kind == "set":
        return bool({_text(o) for o in given} & set(key))
    if kind in ("date", "datetime"):
        return _moment(operator, _meant(given[0], node, subject, now), key, now)
    if operator in ("=", "in"):
        return any(key == subject.literal(node, _text(o)) for o in given)
    return _compare(operator, key, subject.literal(node, _text(given[0])))


def _meant(operand: Any, node: Condition, subject: Subject, now: datetime) -> Any:
    return resolve(operand, now) if isinstance(operand, Call) else subject.literal(node, _text(operand))


def _moment(operator: str, meant: Any, key: Any, now: datetime) -> bool:
    timed = isinstance(key, datetime)
    if isinstance(meant, Instant):
        meant = meant.at if timed else meant.at.date()
    if isinstance(meant, datetime) and timed:
        return key == meant if operator == "=" else _compare(operator, key, meant)
    span = meant if isinstance(meant, Span) else Span(meant, meant + timedelta(days=1))
    low: Any = span.start
    high: Any = span.end
    if timed:
        low, high = (datetime.combine(day, time(), now.tzinfo) for day in (low, high))
    return {
        "=": low <= key < high,
        "<": key < low,
        "<=": key < high,
        ">": key >= high,
        ">=": key >= low,
    }[operator]


def _compare(operator: str, left: Any, right: Any) -> bool:
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator])


__all__ = ["Subject", "holds"]
