"""Tables (テーブル) in CSV and XLSX files, in kintone's way: a line for each row, `*` in the first column begins a record.

Values of the record stand on each of its lines, so that a spreadsheet can filter; when read, those of the first line
count. A table's own column holds the numbers of its rows: with them a changed file changes the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tomoni.records.schema.spec import FieldSpec

START = "*"  # the mark, and the name of its column where columns go by codes


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a file: `code` is that of a field, of a table (its rows' numbers), of a table's column, or `*`."""

    code: str
    label: str
    table: FieldSpec | None = None
    spec: FieldSpec | None = None


def has_tables(fields: Iterable[FieldSpec]) -> bool:
    """Whether a file of these fields has a line for each row."""
    return any(f.type == "table" for f in fields)


def heads(fields: Sequence[FieldSpec]) -> list[Head]:
    """The columns of a file of these fields."""
    found = [Head(START, _("レコードの開始行"))] if has_tables(fields) else []
    for spec in fields:
        if spec.type == "table":
            found.append(Head(spec.code, spec.label, spec))
            found.extend(Head(column.code, column.label, spec, column) for column in spec.fields)
        else:
            found.append(Head(spec.code, spec.label, None, spec))
    return found


def lines(
    found: Sequence[Head], values: Mapping[str, Any], write: Callable[[FieldSpec, Any], str]
) -> Iterator[list[str]]:
    """The lines of one record. `values` by code, `write` makes a cell of a value."""
    tables = {h.table.code: list(values.get(h.table.code) or ()) for h in found if h.table is not None}
    own = {h.code: write(h.spec, values.get(h.code)) for h in found if h.table is None and h.spec is not None}
    for place in range(max([1, *(len(rows) for rows in tables.values())])):
        line = []
        for head in found:
            if head.table is None:
                line.append(own[head.code] if head.spec is not None else START if place == 0 else "")
                continue
            rows = tables[head.table.code]
            row = rows[place] if place < len(rows) else None
            line.append("" if row is None else _cell(head, row, write))
        yield line


def _cell(head: Head, row: Mapping[str, Any], write: Callable[[FieldSpec, Any], str]) -> str:
    if head.spec is None:
        return "" if row["id"] is None else str(row["id"])
    return write(head.spec, row["values"].get(head.code))


@dataclass(slots=True)
class Gathered:
    """A record out of a file: its first line, its raw values by code, and for each table the lines of its rows."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)


def gather(fields: Sequence[FieldSpec], cells: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Gathered]:
    """Records out of lines (number, cells by code; `*` marks a beginning). Without a `*` column each line is one.

    A table whose columns are in the file is given even when it has no row; blank rows are left out.
    """
    tables = [f for f in fields if f.type == "table"]
    inside = {f.code for f in tables} | {c.code for f in tables for c in f.fields}
    current: Gathered | None = None
    for number, line in cells:
        if current is None or START not in line or str(line[START] or "").strip():
            if current is not None:
                yield current
            own = {code: cell for code, cell in line.items() if code != START and code not in inside}
            current = Gathered(number, own)
        for table in tables:
            _take_row(current, table, number, line)
    if current is not None:
        yield current


def _take_row(found: Gathered, table: FieldSpec, number: int, line: Mapping[str, Any]) -> None:
    given = {c.code: line[c.code] for c in table.fields if c.code in line}
    if not given and table.code not in line:
        return
    rows = found.values.setdefault(table.code, [])
    places = found.rows.setdefault(table.code, [])
    if any(str(cell or "").strip() for cell in given.values()):
        rows.append({"id": line.get(table.code) or None, "values": given})
        places.append(number)
