"""Tables (テーブル) in forms: the names of their controls, and their buttons on pages without JavaScript.

A row has a key of its own on the page. `<table>.rows` names the keys in their order, `<table>.<key>.id` the row's number,
`<table>.<key>.<column>` a cell. `_table` is a pressed button: `<table>:add`, `<table>:remove:<key>`, `up`, `down`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

from tomoni.records.fieldtypes.table import MOST_ROWS
from tomoni.records.schema.spec import FieldSpec

BUTTON = "_table"
_KEY = re.compile(r"[0-9a-z]{1,12}")


def keys(post: QueryDict, table: FieldSpec) -> list[str]:
    """The keys of the posted rows in their order; one more than allowed at most, so that the error is seen."""
    found = [key for key in post.getlist(f"{table.code}.rows") if _KEY.fullmatch(key)]
    return list(dict.fromkeys(found))[: MOST_ROWS + 1]


def name_of(table: FieldSpec, key: object, column: FieldSpec) -> str:
    """The name of a cell's control."""
    return f"{table.code}.{key}.{column.code}"


def anchor(spec: FieldSpec, text: Any) -> str:
    """Where an error stands on the page: the field's row, or the cell of a table."""
    row, column = getattr(text, "row", None), getattr(text, "column", None)
    if row is not None and any(c.code == column for c in spec.fields):
        return f"f-{spec.code}.{row}.{column}-row"
    return f"f-{spec.code}-row"


def blank(table: FieldSpec) -> dict[str, Any]:
    """A new row: the defaults of the columns."""
    return {"id": "", "values": {c.code: c.default for c in table.fields if c.default is not None}}


def untouched(table: FieldSpec, values: Mapping[str, Any]) -> bool:
    """Whether a new row is as the page offered it."""
    return all(
        _texts(values.get(c.code)) in ([], _texts(c.default)) for c in table.fields if c.code in values
    )


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    parts = value if isinstance(value, list | tuple) else [value]
    return [text for part in parts if part is not None and (text := str(part).strip())]


def step(post: QueryDict) -> str:
    """The button of a table that was pressed, or nothing."""
    return post.get(BUTTON, "")[:300]


def stepped(post: QueryDict, fields: Iterable[FieldSpec], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values after the pressed button; unknown buttons change nothing."""
    code, _sep, rest = step(post).partition(":")
    verb, _sep, key = rest.partition(":")
    table = next((f for f in fields if f.code == code and f.type == "table"), None)
    if table is None:
        return dict(values)
    rows = list(values.get(code) or ())
    order = keys(post, table)
    at = order.index(key) if key in order and len(order) == len(rows) else None
    if verb == "add":
        rows.append(blank(table))
    elif at is None:
        return dict(values)
    elif verb == "remove":
        del rows[at]
    else:
        other = at + {"up": -1, "down": 1}.get(verb, 0)
        if 0 <= other < len(rows):
            rows[at], rows[other] = rows[other], rows[at]
    return {**values, code: rows}


def hidden(spec: FieldSpec, value: Any) -> list[tuple[str, str]]:
    """Controls that carry a raw value on without showing it."""
    return list(_hidden(spec, spec.code, value))


def _hidden(spec: FieldSpec, name: str, value: Any) -> Iterable[tuple[str, str]]:
    if spec.type == "table":
        for key, row in enumerate(value or ()):
            yield f"{name}.rows", str(key)
            yield f"{name}.{key}.id", str(row.get("id") or "")
            for column in spec.fields:
                yield from _hidden(column, f"{name}.{key}.{column.code}", row["values"].get(column.code))
    elif isinstance(value, Mapping):
        yield from ((f"{name}.{part}", str(found or "")) for part, found in value.items())
    elif isinstance(value, list):
        yield from ((name, str(item)) for item in value)
    else:
        yield name, "" if value is None else str(value)
