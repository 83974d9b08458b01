"""Conditions set without typing the query language: rows of field, comparison and value, joined by "and".

`to_query` writes the query text of such rows, `to_rows` reads them back where the text has that simple form; any other text is
kept and shown as text. The query language itself, and its errors, belong to records.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.automation.applike import AppLike

STATUS = "ステータス"
COMPARISONS: dict[str, Any] = {
    "filled": _("が空でない"),
    "empty": _("が空"),
    "in": _("が次のどれか"),
    "notin": _("が次のどれでもない"),
    "eq": _("が次と同じ"),
    "ne": _("が次とちがう"),
    "ge": _("が次以上（以後）"),
    "le": _("が次以下（以前）"),
    "like": _("が次を含む"),
}
BARE = {"filled": "is not empty", "empty": "is empty"}
SYMBOLS = {"eq": "=", "ne": "!=", "ge": ">=", "le": "<=", "like": "like", "in": "in", "notin": "not in"}
SETS = frozenset({"in", "notin"})
_FIELD = r'[^\s"(),=!<>]+'
_STRING = r'"((?:[^"\\]|\\.)*)"'
_ROW = re.compile(
    rf"\s*({_FIELD})\s+(?:(is not empty|is empty)|(=|!=|>=|<=|like)\s*{_STRING}|(in|not in)\s*\(((?:\s*{_STRING}\s*,?)+)\))\s*"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison; a value for `in` holds several joined by 「、」."""

    field: str
    op: str
    value: str = ""


def quote(text: str) -> str:
    """A string of the query language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def split(value: str) -> list[str]:
    """The values of an `in`."""
    return [part.strip() for part in value.replace(",", "、").split("、") if part.strip()]


def to_query(rows: Sequence[Row]) -> str:
    """The query text: an empty one for no rows."""
    parts = []
    for row in rows:
        if row.op in BARE:
            parts.append(f"{row.field} {BARE[row.op]}")
        elif row.op in SETS:
            parts.append(f"{row.field} {SYMBOLS[row.op]} ({', '.join(quote(v) for v in split(row.value))})")
        else:
            parts.append(f"{row.field} {SYMBOLS[row.op]} {quote(row.value.strip())}")
    return " and ".join(parts)


def to_rows(query: str) -> list[Row] | None:
    """The rows of a query text of the simple form; None when it is more than that."""
    rows: list[Row] = []
    position = 0
    if not query.strip():
        return rows
    while True:
        found = _ROW.match(query, position)
        if not found:
            return None
        rows.append(_row(found))
        position = found.end()
        if position == len(query):
            break
        if not query.startswith("and ", position):
            return None
        position += 4
    return rows if to_query(rows) == query.strip() else None


def _row(found: re.Match[str]) -> Row:
    field, bare, symbol, text, among, many = found.group(1, 2, 3, 4, 5, 6)
    if bare:
        return Row(field, "filled" if bare == BARE["filled"] else "empty")
    if symbol:
        return Row(field, next(k for k, v in SYMBOLS.items() if v == symbol), _unquote(text))
    values = [_unquote(m) for m in re.findall(_STRING, many)]
    return Row(field, "in" if among == "in" else "notin", "、".join(values))


def words(query: str, spec: AppLike) -> str:
    """The condition in words; the query text itself when it is not of the simple form."""
    rows = to_rows(query)
    if rows is None:
        return query
    labels = {f.code: f.label for f in spec.fields} | {STATUS: str(_("状態"))}
    told = [
        f"{labels.get(r.field, r.field)}{COMPARISONS[r.op]}{f'「{r.value}」' if r.value else ''}"
        for r in rows
    ]
    return str(_("、かつ ")).join(told)


def targets(spec: AppLike) -> list[tuple[str, str]]:
    """What conditions can be set on: the state and the app's fields."""
    skipped = {"file", "location"}
    fields = [(f.code, f.label) for f in spec.fields if not f.deleted and f.type not in skipped]
    return ([(STATUS, str(_("状態")))] if spec.states else []) + fields
