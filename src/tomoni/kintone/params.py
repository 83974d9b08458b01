"""Parameters: a JSON body, or a query string in the form of `qs` (`fields[0]=…`, `a[b]=c`). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

MOST_PARTS = 20_000
DEEPEST = 6
_PART = re.compile(r"\[([^\[\]]*)\]")


def from_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nested parameters from pairs. A name that comes twice, or ends in `[]`, is a list. Raises `ValueError`."""
    root: dict[str, Any] = {}
    for number, (name, value) in enumerate(pairs):
        if number >= MOST_PARTS:
            raise ValueError("too many parameters")
        _put(root, _path(name), value)
    return {key: _lists(value) for key, value in root.items()}


def _path(name: str) -> list[str]:
    head, bracket, _rest = name.partition("[")
    if not bracket or not head:
        return [name]
    parts = _PART.findall(name[len(head) :])
    if "".join(f"[{p}]" for p in parts) != name[len(head) :] or len(parts) > DEEPEST:
        return [name]
    return [head, *parts]


def _put(target: dict[str, Any], path: list[str], value: str) -> None:
    for place, part in enumerate(path[:-1]):
        key = part if part or not place else str(len(target))
        inner = target.setdefault(key, {})
        if not isinstance(inner, dict):
            raise ValueError(f"{path[0]} is given in two forms")
        target = inner
    last = path[-1]
    if not last and len(path) > 1:
        last = str(len(target))
    if last not in target:
        target[last] = value
    elif isinstance(target[last], dict):
        raise ValueError(f"{path[0]} is given in two forms")
    else:
        former = target[last]
        target[last] = [*former, value] if isinstance(former, list) else [former, value]


def _lists(value: Any) -> Any:
    """Dictionaries whose keys are 0, 1, 2 … become lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    if value and all(k.isascii() and k.isdigit() for k in value):
        return [_lists(value[k]) for k in sorted(value, key=int)]
    return {k: _lists(v) for k, v in value.items()}
