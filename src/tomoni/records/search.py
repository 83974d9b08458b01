"""The bigram index of an app's texts: finds candidates; the folded column decides.

The index of a record covers all its searched texts, trashed fields too (their columns stay). So a candidate may
come from another field; the exact check is always made on the folded column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from tomoni.records import fieldtypes
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import columns_inside, tables
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

# FTS5's ascii tokenizer splits at ASCII punctuation and keeps everything else, so punctuation is moved away.
_MOVED = {c: 0xF0000 + c for c in range(128) if not chr(c).isalnum()}
MOST_GRAMS = 40_000  # a tsvector holds 1 MB
BATCH = 1_000
EVERY = "*"  # the mark of a record with too many grams: a candidate for every search


def grams(folded: str) -> set[str]:
    """The pairs of neighbouring characters of a folded text."""
    moved = folded.translate(_MOVED)
    return {moved[i : i + 2] for i in range(len(moved) - 1)}


def searched(schema: AppSchema) -> list[FieldSpec]:
    """The fields whose text is indexed, trashed ones too, by column number."""
    every = (*schema.fields, *schema.trash)
    return sorted((f for f in every if fieldtypes.get(f.type).searched), key=lambda f: f.id or 0)


def row_texts(schema: AppSchema, records: Sequence[int]) -> dict[int, list[str]]:
    """The folded texts in the rows of tables by record, of trashed tables and columns too. One query a table."""
    found: dict[int, list[str]] = {}
    for table in (*schema.fields, *schema.trash):
        child = tables(schema).children.get(table.id or 0)
        inside = columns_inside(schema, table) if child else []
        columns = [names.column(c.id or 0, "fold") for c in inside if fieldtypes.get(c.type).searched]
        if child and columns:
            rows = child.row._default_manager.filter(record__in=list(records))
            for record, *texts in rows.values_list("record", *columns):
                found.setdefault(record, []).extend(text for text in texts if text)
    return found


def index_text(folded: Iterable[str | None]) -> set[str]:
    """The grams of all texts of a record."""
    found: set[str] = set()
    for text in folded:
        if text:
            found |= grams(text)
    return {EVERY} if len(found) > MOST_GRAMS else found


def add(app_id: int, rows: Sequence[tuple[int, set[str]]]) -> None:
    """Index new records."""
    rows = [row for row in rows if row[1]]
    if not rows:
        return
    table = names.search(app_id)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                f'INSERT INTO "{table}" ("id", "grams") VALUES (%s, array_to_tsvector(%s::text[])) '  # noqa: S608
                'ON CONFLICT ("id") DO UPDATE SET "grams" = excluded."grams"',
                [(pk, sorted(found)) for pk, found in rows],
            )
        else:
            cursor.executemany(
                f'INSERT INTO "{table}" (rowid, grams) VALUES (%s, %s)',  # noqa: S608
                [(pk, _document(found)) for pk, found in rows],
            )


def _document(found: set[str]) -> str:
    return "\U000f002a" if EVERY in found else " ".join(sorted(found))


def change(app_id: int, pk: int, old: set[str], new: set[str]) -> None:
    """Re-index a changed record. The index of SQLite keeps no text, so it is told what was there before."""
    if old == new:
        return
    table = names.search(app_id)
    if connection.vendor == "postgresql":
        if not new:
            with connection.cursor() as cursor:
                cursor.execute(f'DELETE FROM "{table}" WHERE "id" = %s', [pk])  # noqa: S608
        add(app_id, [(pk, new)])
        return
    if old:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO "{table}" ("{table}", rowid, grams) VALUES ('delete', %s, %s)""",  # noqa: S608
                [pk, _document(old)],
            )
    add(app_id, [(pk, new)])


def rebuild(schema: AppSchema) -> None:
    """Build the index of an app anew from its folded columns: after a purge, or as a repair."""
    table = names.search(schema.id)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608
        else:
            cursor.execute(f"""INSERT INTO "{table}" ("{table}") VALUES ('delete-all')""")  # noqa: S608
    columns = [names.column(f.id or 0, "fold") for f in searched(schema)]
    rows = tables(schema).record._default_manager.order_by("pk").values_list("pk", *columns)
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        inside = row_texts(schema, [row[0] for row in batch])
        add(schema.id, [(pk, index_text([*texts, *inside.get(pk, ())])) for pk, *texts in batch])
        last = batch[-1][0]


def candidates(app_id: int, folded: str) -> tuple[str, list[Any]] | None:
    """SQL and parameters of a sub-query of candidate ids for a folded needle; None when it is too short to index."""
    wanted = sorted(grams(folded))
    if not wanted:
        return None
    table = names.search(app_id)
    if connection.vendor == "postgresql":
        terms = " & ".join("'" + w.replace("\\", "\\\\").replace("'", "''") + "'" for w in wanted)
        return f'SELECT "id" FROM "{table}" WHERE "grams" @@ %s::tsquery', [f"({terms}) | '{EVERY}'"]  # noqa: S608
    terms = " AND ".join('"' + w + '"' for w in wanted)
    return f'SELECT rowid FROM "{table}" WHERE "{table}" MATCH %s', [f'({terms}) OR "\U000f002a"']  # noqa: S608
