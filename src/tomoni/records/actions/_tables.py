"""Writing the rows of tables (テーブル): one INSERT, UPDATE or DELETE for many rows. Called inside a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tomoni.records import fieldtypes
from tomoni.records.actions._sql import adapt, insert_many, is_dated, update_many
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import Child, column_names, columns_inside, tables
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

CHUNK = 500
Row = dict[str, Any]


def table_fields(schema: AppSchema) -> list[FieldSpec]:
    """The live tables of an app."""
    return [f for f in schema.fields if fieldtypes.get(f.type).storage == "rows"]


def take_rows(app_id: int, count: int) -> int:
    """Take `count` row numbers and return the first; they are never used twice in the app."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_counter SET rows = rows + %s WHERE app_id = %s RETURNING rows", [count, app_id]
        )
        return int(cursor.fetchone()[0]) - count


@dataclass(frozen=True)
class Plan:
    """How the rows of one table are written: its columns, those that need the driver's own form, its links."""

    app_id: int
    table: FieldSpec
    child: Child
    fields: list[tuple[FieldSpec, tuple[str, ...]]]
    dated: dict[str, Any]
    linked: list[FieldSpec]

    @property
    def columns(self) -> list[str]:
        """The data columns in their order."""
        return [name for _field, found in self.fields for name in found]

    def stored(self, values: Mapping[str, Any]) -> list[Any]:
        """The data columns of a row."""
        found: list[Any] = []
        for field, columns in self.fields:
            kind = fieldtypes.get(field.type)
            made = kind.to_columns(values.get(field.code, kind.empty), field)
            found.extend(
                adapt(self.dated[name], value) if name in self.dated else value
                for name, value in zip(columns, made, strict=True)
            )
        return found

    def insert(self, rows: Sequence[tuple[int, int, Row]], schema: AppSchema) -> None:
        """Insert rows (record, position, row), which have their numbers."""
        written = [
            [row["id"], record, position, *self.stored(row["values"])] for record, position, row in rows
        ]
        if written:
            table = names.rows(self.app_id, self.table.id or 0)
            insert_many(table, ["id", "record", "position", *self.columns], written, schema)
        self.insert_links([(record, row) for record, _position, row in rows], schema)

    def insert_links(self, rows: Sequence[tuple[int, Row]], schema: AppSchema) -> None:
        """Insert the multi-values of rows (record, row)."""
        found = [
            (record, row["id"], field.id, position, number, text)
            for record, row in rows
            for field in self.linked
            for position, (number, text) in enumerate(
                fieldtypes.get(field.type).to_links(row["values"].get(field.code) or [])
            )
        ]
        if found:
            table = names.row_links(self.app_id, self.table.id or 0)
            insert_many(table, ["record", "row", "field", "position", "number", "text"], found, schema)


def plan(schema: AppSchema, table: FieldSpec) -> Plan:
    """The plan for one table."""
    child = tables(schema).children[table.id or 0]
    in_columns = [f for f in table.fields if fieldtypes.get(f.type).storage == "columns"]
    columns = [(f, column_names(f)) for f in in_columns]
    every = [name for _field, found in columns for name in found]
    meta = child.row._meta
    return Plan(
        app_id=schema.id,
        table=table,
        child=child,
        fields=columns,
        dated={name: field for name in every if is_dated(field := meta.get_field(name))},
        linked=[f for f in table.fields if fieldtypes.get(f.type).storage == "links"],
    )


def insert(schema: AppSchema, records: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Insert the rows of new records, numbered in one go."""
    for table in table_fields(schema):
        rows = [
            (record, position, row)
            for record, values in records
            for position, row in enumerate(values.get(table.code) or ())
        ]
        if rows:
            first = take_rows(schema.id, len(rows))
            numbered = [
                (record, position, {**row, "id": first + n}) for n, (record, position, row) in enumerate(rows)
            ]
            plan(schema, table).insert(numbered, schema)


def write(
    schema: AppSchema, record: int, table: FieldSpec, old: Sequence[Row], new: Sequence[Row]
) -> list[Row]:
    """Make the rows of a table be `new`: only what differs is written. Returns them with their numbers."""
    made = plan(schema, table)
    new = _numbered(schema, new)
    before = {row["id"]: (position, row["values"]) for position, row in enumerate(old)}
    kept = {row["id"] for row in new}
    remove(made.child, [number for number in before if number not in kept])
    moved = [
        (position, row)
        for position, row in enumerate(new)
        if row["id"] in before and before[row["id"]] != (position, row["values"])
    ]
    if moved:
        target = names.rows(schema.id, table.id or 0)
        written = [[position, *made.stored(row["values"]), row["id"]] for position, row in moved]
        update_many(target, ["position", *made.columns], written)
        _relink(made, schema, record, [row for _p, row in moved])
    made.insert([(record, p, row) for p, row in enumerate(new) if row["id"] not in before], schema)
    return new


def _numbered(schema: AppSchema, rows: Sequence[Row]) -> list[Row]:
    missing = sum(row["id"] is None for row in rows)
    if not missing:
        return list(rows)
    numbers = iter(range(first := take_rows(schema.id, missing), first + missing))
    return [{**row, "id": next(numbers)} if row["id"] is None else row for row in rows]


def _relink(made: Plan, schema: AppSchema, record: int, rows: Sequence[Row]) -> None:
    if not made.linked:
        return
    fields = [f.id for f in made.linked]
    for ids in _chunks([row["id"] for row in rows]):
        made.child.link._default_manager.filter(row__in=ids, field__in=fields).delete()
    made.insert_links([(record, row) for row in rows], schema)


def remove(child: Child, rows: Sequence[int]) -> None:
    """Delete rows with their multi-values."""
    for ids in _chunks(rows):
        child.link._default_manager.filter(row__in=ids).delete()
        child.row._default_manager.filter(pk__in=ids).delete()


def purge_record(schema: AppSchema, record: int) -> None:
    """Delete every row of a record, those of trashed tables too."""
    for child in tables(schema).children.values():
        child.link._default_manager.filter(record=record).delete()
        child.row._default_manager.filter(record=record).delete()


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def has_text(schema: AppSchema, table: FieldSpec) -> bool:
    """Whether the rows of a table hold searched texts."""
    return any(fieldtypes.get(c.type).searched for c in columns_inside(schema, table))


def folded(schema: AppSchema, values: Mapping[str, Any]) -> Iterator[str]:
    """The texts in the rows of new records, as the search index wants them."""
    for table in table_fields(schema):
        searched = [c for c in table.fields if fieldtypes.get(c.type).searched]
        for row in values.get(table.code) or () if searched else ():
            for column in searched:
                if value := row["values"].get(column.code):
                    yield fieldtypes.get(column.type).sort_value(value)
