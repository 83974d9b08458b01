"""Joining pieces of the query language as text: a view's filter, the chips, the search box, an order."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TAIL = re.compile(r"\b(order\s+by|limit|offset)\b", re.IGNORECASE)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def split(text: str) -> tuple[str, str]:
    """A query as (condition, order): `a = 1 order by b asc limit 5` → (`a = 1`, `b asc`). Strings are not looked into."""
    blank = _STRING.sub(lambda found: "\0" * len(found.group()), text)
    found = _TAIL.search(blank)
    if found is None:
        return text.strip(), ""
    condition, tail, rest = text[: found.start()].strip(), blank[found.start() :], text[found.start() :]
    ordered = re.match(r"order\s+by\s+(.*?)(?=\b(?:limit|offset)\b|$)", tail, re.IGNORECASE | re.DOTALL)
    return condition, rest[ordered.start(1) : ordered.end(1)].strip() if ordered else ""


def both(conditions: Iterable[str]) -> str:
    """Conditions joined by `and`, each in brackets when there is more than one."""
    parts = [c.strip() for c in conditions if c and c.strip()]
    return parts[0] if len(parts) == 1 else " and ".join(f"({c})" for c in parts)


def ordered(condition: str, order: str) -> str:
    """A condition with an order."""
    return f"{condition} order by {order}".strip() if order else condition
