"""From rows of run-time tables to records, with a bounded number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tomoni.records import fieldtypes
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import ASSIGNEES, Tables, column_names
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

SYSTEM = (
    "id", "revision", "status", "source", "created_at", "created_by", "updated_at", "updated_by", "deleted_at",
)  # fmt: skip


def stored(field: FieldSpec) -> list[str]:
    """The columns that hold a field's value, without the companions that only serve comparison."""
    if fieldtypes.get(field.type).storage != "columns":
        return []
    assert field.id is not None
    fold = names.column(field.id, "fold")
    return [c for c in column_names(field) if c != fold]


def column_list(fields: Iterable[FieldSpec]) -> list[str]:
    """All columns to read for these fields, system columns first."""
    return [*SYSTEM, *(c for f in fields for c in stored(f))]


def link_values(
    tables: Tables, schema: AppSchema, ids: Sequence[int], fields: Iterable[FieldSpec]
) -> dict[tuple[int, int], list[Any]]:
    """The multi-values of many records in one query: (record, field id) → values. Assignees are field 0."""
    wanted = [f.id for f in fields if fieldtypes.get(f.type).storage == "links"]
    placed = schema.states or wanted
    if not ids or not placed:
        return {}
    found: dict[tuple[int, int], list[Any]] = {}
    rows = (
        tables.link._default_manager.filter(record__in=list(ids), field__in=[*wanted, ASSIGNEES])
        .order_by("record", "field", "position")
        .values_list("record", "field", "number", "text")
    )
    for record, field, number, text in rows:
        found.setdefault((record, field), []).append(text if number is None else number)
    return found


def table_values(tables: Tables, ids: Sequence[int], table: FieldSpec) -> dict[int, list[dict[str, Any]]]:
    """The rows of a table (テーブル) by record: one query, and one more when it has columns of multi-values."""
    if not ids:
        return {}
    child = tables.children[table.id or 0]
    inside = {"record__in": list(ids)}
    multi = {f.id: f.code for f in table.fields if fieldtypes.get(f.type).storage == "links"}
    linked: dict[tuple[int, str], list[Any]] = {}
    if multi:
        rows = child.link._default_manager.filter(field__in=list(multi), **inside)
        places = rows.order_by("row", "field", "position").values_list("row", "field", "number", "text")
        for row, field, number, text in places:
            linked.setdefault((row, multi[field]), []).append(text if number is None else number)
    plan = [(f, fieldtypes.get(f.type), stored(f)) for f in table.fields]
    columns = [c for _f, _kind, found in plan for c in found]
    found: dict[int, list[dict[str, Any]]] = {}
    rows = child.row._default_manager.filter(**inside).order_by("record", "position", "id")
    for pk, record, *cells in rows.values_list("id", "record", *columns):
        at, values = 0, {}
        for f, kind, names_of in plan:
            if kind.storage == "links":
                values[f.code] = linked.get((pk, f.code), [])
            else:
                values[f.code] = kind.from_columns(cells[at : at + len(names_of)], f)
                at += len(names_of)
        found.setdefault(record, []).append({"id": pk, "values": values})
    return found


def to_records(
    schema: AppSchema, tables: Tables, fields: Sequence[FieldSpec], rows: Sequence[Sequence[Any]]
) -> list[Record]:
    """Records from rows read with `column_list(fields)`; more queries for multi-values and for each table."""
    ids = [row[0] for row in rows]
    links = link_values(tables, schema, ids, fields)
    inside = {
        f.code: table_values(tables, ids, f) for f in fields if fieldtypes.get(f.type).storage == "rows"
    }
    plan: list[tuple[FieldSpec, Any, int, int]] = []
    at = len(SYSTEM)
    for field in fields:
        width = len(stored(field))
        plan.append((field, fieldtypes.get(field.type), at, at + width))
        at += width
    return [_record(schema, plan, row, links, inside) for row in rows]


def _record(
    schema: AppSchema,
    plan: Sequence[tuple[FieldSpec, Any, int, int]],
    row: Sequence[Any],
    links: dict[tuple[int, int], list[Any]],
    inside: dict[str, dict[int, list[dict[str, Any]]]],
) -> Record:
    assignees = tuple(links.get((row[0], ASSIGNEES), ()))
    system = dict(zip(SYSTEM, row, strict=False))
    values: dict[str, Any] = {}
    for field, kind, start, end in plan:
        if kind.storage == "columns":
            values[field.code] = kind.from_columns(row[start:end], field)
        elif kind.storage == "links":
            values[field.code] = links.get((row[0], field.id or 0), [])
        elif kind.storage == "rows":
            values[field.code] = inside[field.code].get(row[0], [])
        else:
            values[field.code] = system[kind.column] if kind.column else list(assignees)
    return Record(
        app=schema.code,
        id=row[0],
        revision=row[1],
        status=row[2],
        source=row[3],
        created_at=row[4],
        creator=row[5],
        updated_at=row[6],
        modifier=row[7],
        deleted_at=row[8],
        values=values,
        assignees=assignees,
    )
