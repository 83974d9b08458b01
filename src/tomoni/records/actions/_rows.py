"""Writing rows of run-time tables: numbers, inserts, links, search entries. Called inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.records import fieldtypes, search
from tomoni.records.actions import _tables
from tomoni.records.actions._sql import adapt, insert_many, is_dated, taken
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import Tables, column_names, tables
from tomoni.records.models import StateLog
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

__all__ = ["adapt", "column_names", "insert", "insert_many", "is_dated", "taken"]


def take_numbers(app_id: int, count: int = 1, *, later: bool = False) -> tuple[int, bool]:
    """Take `count` record numbers: the first, and whether these records wait for the search index.

    They do when they are written with `later`, or when earlier ones still wait. The counter's row is locked until the
    transaction ends.
    """
    wait = "COALESCE(indexed, next - 1)" if later else "indexed"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE records_counter SET next = next + %s, indexed = {wait} "  # noqa: S608 - two constants
            "WHERE app_id = %s RETURNING next, indexed",
            [count, app_id],
        )
        following, indexed = cursor.fetchone()
    return int(following) - count, indexed is not None


def person(actor: Actor) -> int | None:
    """The user id kept as creator or modifier; None for residents, devices and the system."""
    return actor.id if actor.kind in ("user", "token") else None


def of_storage(schema: AppSchema, storage: str) -> list[FieldSpec]:
    """The live fields stored in columns or in links."""
    return [f for f in schema.fields if fieldtypes.get(f.type).storage == storage]


def column_plan(schema: AppSchema) -> list[tuple[str, tuple[str, ...], Any, FieldSpec]]:
    """For each field in columns: its code, columns, type and specification. Worked out once for many rows."""
    return [(f.code, column_names(f), fieldtypes.get(f.type), f) for f in of_storage(schema, "columns")]


def columns_of(schema: AppSchema, values: Mapping[str, Any]) -> dict[str, Any]:
    """Column → stored value, for the given clean values by code."""
    found: dict[str, Any] = {}
    for field in of_storage(schema, "columns"):
        if field.code in values:
            made = fieldtypes.get(field.type).to_columns(values[field.code], field)
            found.update(zip(column_names(field), made, strict=True))
    return found


def folded_columns(schema: AppSchema) -> list[str]:
    """The columns whose texts are in the search index, of trashed fields too."""
    return [names.column(f.id or 0, "fold") for f in search.searched(schema)]


def insert(
    schema: AppSchema, actor: Actor, rows: Sequence[Mapping[str, Any]], source: str, *, later: bool = False
) -> list[int]:
    """Insert records with clean values: rows, links, search entries and first states. Returns their numbers.

    `later`: the search index follows in a job; until then these records are looked through one by one.
    """
    if not rows:
        return []
    made, now = tables(schema), clock.now()
    first, waits = take_numbers(schema.id, len(rows), later=later)
    numbers = list(range(first, first + len(rows)))
    who = person(actor)
    system = {
        "revision": 1, "status": schema.initial_state, "source": source, "created_at": now, "created_by": who,
        "updated_at": now, "updated_by": who, "deleted_at": None, "deleted_by": None,
    }  # fmt: skip
    fixed = [adapt(made.record._meta.get_field(name), value) for name, value in system.items()]
    plan = column_plan(schema)
    names_of = [c for _code, columns, _kind, _field in plan for c in columns]
    written = [[pk, *fixed, *_stored(plan, row)] for pk, row in zip(numbers, rows, strict=True)]
    grams = [] if waits else _grams(schema, names_of, 1 + len(fixed), written, rows)
    for at, name in enumerate(names_of, 1 + len(fixed)):
        if is_dated(field := made.record._meta.get_field(name)):
            for line in written:
                line[at] = adapt(field, line[at])
    insert_many(names.table(schema.id), ["id", *system, *names_of], written, schema)
    numbered = list(zip(numbers, rows, strict=True))
    insert_links(schema, made, numbered)
    _tables.insert(schema, numbered)
    search.add(schema.id, grams)
    enter_state(schema.id, numbers, schema.initial_state, now)
    return numbers


def _grams(
    schema: AppSchema,
    columns: Sequence[str],
    start: int,
    lines: Sequence[Sequence[Any]],
    rows: Sequence[Mapping[str, Any]],
) -> list[tuple[int, set[str]]]:
    """The search entries of rows about to be written, from their folded columns and the texts in their tables."""
    texts = set(folded_columns(schema))
    folded = [at for at, column in enumerate(columns, start) if column in texts]
    tabled = bool(_tables.table_fields(schema))
    return [
        (
            line[0],
            search.index_text(
                [*(line[at] for at in folded), *(_tables.folded(schema, row) if tabled else ())]
            ),
        )
        for line, row in zip(lines, rows, strict=True)
    ]


def _stored(plan: Sequence[tuple[str, tuple[str, ...], Any, FieldSpec]], row: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []
    for code, columns, kind, field in plan:
        found.extend(kind.to_columns(row[code], field) if code in row else (None,) * len(columns))
    return found


def insert_links(schema: AppSchema, made: Tables, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Insert the multi-values of new records (or of fields whose links were cleared)."""
    found = []
    linked = of_storage(schema, "links")
    for pk, values in rows if linked else ():
        for field in linked:
            if values.get(field.code):
                for position, (number, text) in enumerate(
                    fieldtypes.get(field.type).to_links(values[field.code])
                ):
                    found.append((pk, field.id, position, number, text))
    if found:
        insert_many(names.links(schema.id), ["record", "field", "position", "number", "text"], found, schema)


def enter_state(app_id: int, records: Sequence[int], state: str, at: datetime) -> None:
    """Note that records entered a state; nothing for apps without a process."""
    if not state:
        return
    when = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO records_statelog (app_id, record, state, entered_at) VALUES (%s, %s, %s, %s)",
            [(app_id, pk, state, when) for pk in records],
        )


def leave_state(app_id: int, record: int, at: datetime) -> None:
    """Note that a record left its state."""
    StateLog.objects.filter(app_id=app_id, record=record, left_at__isnull=True).update(left_at=at)
