"""What the widget of a table (テーブル) shows: one control a cell, with the same widgets as outside tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tomoni.core.models import StoredFile
from tomoni.records import rowforms
from tomoni.records.schema.spec import FieldSpec

MOST_COLUMNS = 5  # more do not fit side by side: each row becomes a card then
NEW = "xnewx"  # the key in the template row, which the browser replaces


@dataclass(frozen=True, slots=True)
class CellControl:
    """One cell: what a widget is included with."""

    field: FieldSpec
    value: Any
    errors: list[Any]

    @property
    def template(self) -> str:
        """The widget."""
        return self.field.template


@dataclass(frozen=True, slots=True)
class RowControl:
    """One row with its key on the page and its number in the database."""

    key: str
    id: str
    place: int
    cells: list[CellControl]


@dataclass(frozen=True, slots=True)
class Rowset:
    """The whole table. `memo` keeps what many cells look up: people, departments, files."""

    rows: list[RowControl]
    blank: RowControl
    cards: bool
    memo: dict[str, Any]
    general: list[Any]


def rowset(table: FieldSpec, value: Any, errors: list[Any]) -> Rowset:
    """The table with its rows; an empty one offers a blank row."""
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
    shown = rows or [rowforms.blank(table)]
    return Rowset(
        rows=[_row(table, str(n), n, row, errors) for n, row in enumerate(shown)],
        blank=_row(table, NEW, len(shown), rowforms.blank(table), []),
        cards=len(table.fields) > MOST_COLUMNS,
        memo={"files": _files(table, rows)},
        general=[text for text in errors if getattr(text, "row", None) is None],
    )


def _row(table: FieldSpec, key: str, place: int, row: Mapping[str, Any], errors: list[Any]) -> RowControl:
    values = row.get("values") or {}
    cells = []
    for column in table.fields:
        wrong = [t for t in errors if getattr(t, "row", None) == place and t.column == column.code]
        spec = replace(column, code=rowforms.name_of(table, key, column))
        cells.append(CellControl(spec, values.get(column.code), [t.plain for t in wrong]))
    return RowControl(key, str(row.get("id") or ""), place + 1, cells)


def _files(table: FieldSpec, rows: list[Mapping[str, Any]]) -> dict[int, StoredFile]:
    columns = [c.code for c in table.fields if c.type == "file"]
    ids = {
        int(n)
        for row in rows
        for code in columns
        for n in (row.get("values") or {}).get(code) or ()
        if str(n).isdigit()
    }
    return StoredFile.objects.in_bulk(list(ids)) if ids else {}
