"""Table (テーブル): rows inside a record, with columns of the other types. Rows live in a child table of their own.

A value is a list of rows `{"id": number or None, "values": {code: value}}` in their order. A row keeps its number as
long as it exists; `None` is a row that has not been stored yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tomoni.records.fieldtypes.base import EMPTY, Context, FieldType, Names, Unclean, repeats
from tomoni.records.schema.spec import FieldSpec

MOST_ROWS = 1_000
MOST_ERRORS = 50
NOT_IN_TABLES = frozenset({"slot", "table", "reference", "category"})


class CellError(str):
    """An error of one cell, which reads as a sentence and knows its place: `row` from 0, `column` a code, `plain` words."""

    row: int
    column: str
    plain: str

    def __new__(cls, row: int, column: FieldSpec | str, plain: Any) -> CellError:
        """The sentence names row and column."""
        label = column if isinstance(column, str) else column.label
        words = {"row": row + 1, "column": label, "error": str(plain)}
        made = super().__new__(cls, _("%(row)s行目の%(column)s: %(error)s") % words)
        made.row, made.column, made.plain = (
            row,
            column if isinstance(column, str) else column.code,
            str(plain),
        )
        return made


@dataclass(frozen=True, slots=True)
class RowsPart:
    """One side of a change of a table: the order of all rows, and the differing values of the rows that differ."""

    order: tuple[int, ...] = ()
    rows: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    def place(self, row: int) -> int:
        """The place of a row, from 1; 0 when it is not there."""
        return self.order.index(row) + 1 if row in self.order else 0


def check_column(spec: FieldSpec) -> None:
    """Whether a field can be a column of a table; raises `Unclean` in words."""
    from tomoni.records import fieldtypes

    kind = fieldtypes.REGISTRY.get(spec.type)
    if kind is None:
        return
    if spec.type in NOT_IN_TABLES or kind.storage == "system":
        raise Unclean(_("「%(type)s」はテーブルの中に置けません。") % {"type": kind.label})
    if spec.unique:
        raise Unclean(_("テーブルの中の項目では重複の禁止は使えません。"))


def kind_of(column: FieldSpec) -> FieldType:
    """The type of a column."""
    from tomoni.records import fieldtypes

    return fieldtypes.get(column.type)


class Table(FieldType):
    """Rows with columns; see the module."""

    name = "table"
    label = gettext_lazy("テーブル")
    operators = EMPTY
    storage = "rows"
    sortable = False
    kintone = "SUBTABLE"

    @property
    def empty(self) -> Any:
        """No rows."""
        return []

    def prefetch(self, context: Context, field: FieldSpec, raws: Iterable[Any]) -> None:
        """What the columns look up, for all rows of all records at once."""
        rows = [row["values"] for raw in raws for row in _rows(raw) if isinstance(row.get("values"), Mapping)]
        for column in field.fields:
            if found := [row[column.code] for row in rows if row.get(column.code)]:
                kind_of(column).prefetch(context, column, found)

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> list[dict[str, Any]]:
        """Clean rows. A known number keeps its row and what is not mentioned of it; everything else is a new row."""
        return self._take(raw, field, context, cast=False)

    def cast(self, cell: Any, field: FieldSpec, context: Context) -> list[dict[str, Any]]:
        """Rows whose cells came out of a file."""
        return self._take(cell, field, context, cast=True)

    def _take(self, raw: Any, field: FieldSpec, context: Context, cast: bool) -> list[dict[str, Any]]:
        if raw is None or raw == "":
            return []
        if not isinstance(raw, list | tuple) or len(_rows(raw)) != len(raw):
            raise Unclean(_("テーブルは行の並びで入力してください。"))
        if len(raw) > MOST_ROWS:
            raise Unclean(_("テーブルは%(most)s行までです。") % {"most": f"{MOST_ROWS:,}"})
        known = {row["id"]: row["values"] for row in context.current.get(field.code) or ()}
        errors: list[Any] = []
        cleaned = []
        plan = {c.code: (c, kind_of(c)) for c in field.fields}
        for place, item in enumerate(raw):
            number = _number(item.get("id"))
            former = known.pop(number, None)
            values = _row(place, item, plan, context, former, cast, errors)
            cleaned.append({"id": None if former is None else number, "values": values})
        if errors:
            raise Unclean(*errors[:MOST_ERRORS])
        return cleaned

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """How many rows; of one side of a change the rows that differ."""
        if isinstance(value, RowsPart):
            return "\n".join(part_words(value, field, names))
        return ngettext("%(n)s行", "%(n)s行", len(value)) % {"n": f"{len(value):,}"} if value else ""

    def to_json(self, value: Any) -> Any:
        """Rows as JSON data, by code. What revisions keep of a change is `part_to_json`."""
        if isinstance(value, RowsPart):
            return [{"id": number, "values": _plain(values)} for number, values in value.rows.items()]
        return [{"id": row["id"], "values": _plain(row["values"])} for row in value or ()]

    def from_json(self, data: Any, field: FieldSpec) -> Any:
        """Rows, or one side of a change as a revision keeps it."""
        if isinstance(data, Mapping):
            return part_from_json(data, field)
        columns = {c.code: c for c in field.fields}
        return [
            {
                "id": row["id"],
                "values": {
                    code: kind_of(columns[code]).from_json(cell, columns[code])
                    for code, cell in row["values"].items()
                    if code in columns
                },
            }
            for row in data or ()
        ]

    def json_schema(self, field: FieldSpec) -> dict[str, Any]:
        """Rows with their numbers and cells."""
        cells = {column.code: kind_of(column).json_schema(column) for column in field.fields}
        row = {"id": {"type": ["integer", "null"]}, "values": {"type": "object", "properties": cells}}
        return {"type": "array", "maxItems": MOST_ROWS, "items": {"type": "object", "properties": row}}

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Files have a line for each row (`views/tablelines.py`); a single cell says how many there are."""
        return self.display(value, field, names)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a row as JSON data, by the type of each value: as the columns' own types write them."""
    return {code: _cell(value) for code, value in values.items()}


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date | time) else value


def _rows(raw: Any) -> list[Mapping[str, Any]]:
    return [item for item in raw if isinstance(item, Mapping)] if isinstance(raw, list | tuple) else []


def _number(raw: Any) -> int | None:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    return int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 19 else None


def _row(
    place: int, item: Mapping[str, Any], plan: Mapping[str, tuple[FieldSpec, FieldType]], context: Context,
    former: Mapping[str, Any] | None, cast: bool, errors: list[Any],
) -> dict[str, Any]:  # fmt: skip
    """The clean values of one row; what is wrong goes into `errors`."""
    given = item.get("values")
    if not isinstance(given, Mapping):
        given = {}
    if unknown := given.keys() - plan.keys():
        words = _("この列はありません。")
        errors.extend(CellError(place, code, words) for code in sorted(str(c)[:64] for c in unknown))
    values: dict[str, Any] = {}
    for code, (column, kind) in plan.items():
        if code not in given and former is not None and code in former:
            values[code] = former[code]
            continue
        if not kind.entered:  # the writer computes it
            values[code] = kind.empty
            continue
        raw = given.get(code, column.default)
        try:
            values[code] = (kind.cast if cast else kind.clean)(raw, column, context)
        except Unclean as error:
            if former is not None and repeats(raw, former.get(code)):
                values[code] = former[code]
            else:
                errors.extend(CellError(place, column, text) for text in error.messages)
            continue
        if column.required and kind.is_empty(values[code]):
            errors.append(CellError(place, column, _("入力してください。")))
    return values


# Changes


def difference(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> tuple[RowsPart, RowsPart]:
    """Both sides of a change. Every new row has its number."""
    before = {row["id"]: row["values"] for row in old}
    after = {row["id"]: row["values"] for row in new}
    olds: dict[int, dict[str, Any]] = {n: dict(v) for n, v in before.items() if n not in after}
    news: dict[int, dict[str, Any]] = {n: dict(v) for n, v in after.items() if n not in before}
    for number, values in after.items():
        codes = [c for c, v in values.items() if number in before and before[number].get(c) != v]
        if codes:
            olds[number] = {c: before[number].get(c) for c in codes}
            news[number] = {c: values[c] for c in codes}
    return RowsPart(tuple(before), olds), RowsPart(tuple(after), news)


def undo(rows: Sequence[Mapping[str, Any]], old: RowsPart, field: FieldSpec) -> list[dict[str, Any]]:
    """The rows before a change, from those after it and the change's old side."""
    known = {row["id"]: row["values"] for row in rows}
    blank = {column.code: kind_of(column).empty for column in field.fields}
    return [{"id": n, "values": {**blank, **known.get(n, {}), **old.rows.get(n, {})}} for n in old.order]


def part_to_json(part: RowsPart, field: FieldSpec) -> dict[str, Any]:
    """One side of a change as revisions keep it: columns by number, since codes may change."""
    columns = {c.code: c for c in field.fields}
    rows = {
        str(number): {
            str(columns[code].id): kind_of(columns[code]).to_json(value)
            for code, value in values.items()
            if code in columns
        }
        for number, values in part.rows.items()
    }
    return {"order": list(part.order), "rows": rows}


def part_from_json(data: Mapping[str, Any], field: FieldSpec) -> RowsPart:
    """One side of a change, without columns that are gone."""
    columns = {str(c.id): c for c in field.fields}
    rows = {
        int(number): {
            columns[key].code: kind_of(columns[key]).from_json(value, columns[key])
            for key, value in values.items()
            if key in columns
        }
        for number, values in data.get("rows", {}).items()
    }
    return RowsPart(tuple(data.get("order", ())), rows)


def part_words(part: RowsPart, field: FieldSpec, names: Names) -> list[str]:
    """A line for each row that differs: 「2行目 品名: りんご、数量: 3」."""
    found = []
    for number in sorted(part.rows, key=part.place):
        words = row_words(part.rows[number], field, names)
        found.append(_("%(row)s行目 %(words)s") % {"row": part.place(number), "words": words or _("（空）")})
    return found


def row_words(values: Mapping[str, Any], field: FieldSpec, names: Names) -> str:
    """The filled cells of a row in a line."""
    cells = [
        f"{column.label}: {text}"
        for column in field.fields
        if column.code in values and (text := kind_of(column).display(values[column.code], column, names))
    ]
    return "、".join(cells)
