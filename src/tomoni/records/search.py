"""The bigram index of an app's texts: finds candidates; the folded column decides.

The index of a record covers all its searched texts, trashed fields too (their columns stay). So a candidate may
come from another field; the exact check is always made on the folded column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from tomoni.records import fieldtypes
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import columns_inside, tables
from tomoni.records.models import Counter
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


def add(app_id: int, rows: Sequence[tuple[int, set[str]]], *, guarded: bool = False) -> None:
    """Index records that are not in the index. `guarded`: not those that wait for the job anyway."""
    rows = [row for row in rows if row[1]]
    if not rows:
        return
    table = names.search(app_id)
    guard, more = _guard(app_id) if guarded else ("", [])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                f'INSERT INTO "{table}" ("id", "grams") SELECT %s, array_to_tsvector(%s::text[]) {guard} '
                'ON CONFLICT ("id") DO UPDATE SET "grams" = excluded."grams"',
                [(pk, sorted(found), *more, *([pk] if guarded else [])) for pk, found in rows],
            )
        else:
            cursor.executemany(
                f'INSERT INTO "{table}" (rowid, grams) SELECT %s, %s {guard}',
                [(pk, _document(found), *more, *([pk] if guarded else [])) for pk, found in rows],
            )


def _guard(app_id: int) -> tuple[str, list[Any]]:
    """SQL and its first parameter (the record's number follows): only if the record does not wait for the index.

    A record that waits is held back from the job until the change is over (`FOR SHARE`), which then reads it as changed.
    """
    lock = " FOR SHARE" if connection.vendor == "postgresql" else ""
    waits = f"SELECT 1 FROM records_counter WHERE app_id = %s AND indexed < %s{lock}"  # noqa: S608 - constants
    return f"WHERE NOT EXISTS ({waits})", [app_id]


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
        add(app_id, [(pk, new)], guarded=True)
        return
    if old:
        guard, more = _guard(app_id)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO "{table}" ("{table}", rowid, grams) SELECT 'delete', %s, %s {guard}""",
                [pk, _document(old), *more, pk],
            )
    add(app_id, [(pk, new)], guarded=True)


def change_many(app_id: int, rows: Sequence[tuple[int, set[str], set[str]]]) -> None:
    """Re-index many changed records, each with its grams before and after: as `change`, in few statements."""
    moved = [row for row in rows if row[1] != row[2]]
    table = names.search(app_id)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if gone := [pk for pk, _old, new in moved if not new]:
                cursor.execute(f'DELETE FROM "{table}" WHERE "id" = ANY(%s)', [gone])  # noqa: S608
        elif dropped := [(pk, old) for pk, old, _new in moved if old]:
            guard, more = _guard(app_id)
            cursor.executemany(
                f"""INSERT INTO "{table}" ("{table}", rowid, grams) SELECT 'delete', %s, %s {guard}""",
                [[pk, _document(old), *more, pk] for pk, old in dropped],
            )
    add(app_id, [(pk, new) for pk, _old, new in moved], guarded=True)


def rebuild(schema: AppSchema) -> None:
    """Build the index of an app anew from its folded columns: after a purge, or as a repair."""
    table = names.search(schema.id)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608
        else:
            cursor.execute(f"""INSERT INTO "{table}" ("{table}") VALUES ('delete-all')""")  # noqa: S608
    Counter.objects.filter(app=schema.id).update(indexed=None)
    last = 0
    while batch := _next(schema, last):
        last = batch


def _next(schema: AppSchema, last: int) -> int:
    """Index the next records behind a number from what is stored of them; the last number, or 0 when there are none."""
    columns = [names.column(f.id or 0, "fold") for f in searched(schema)]
    rows: Any = tables(schema).record._default_manager.order_by("pk").values_list("pk", *columns)
    batch = list(rows.filter(pk__gt=last)[:BATCH])
    if not batch:
        return 0
    inside = row_texts(schema, [row[0] for row in batch])
    add(schema.id, [(pk, index_text([*texts, *inside.get(pk, ())])) for pk, *texts in batch])
    return int(batch[-1][0])


def waiting() -> list[int]:
    """The apps whose imported records wait for the index."""
    return list(Counter.objects.filter(indexed__isnull=False).order_by("app").values_list("app", flat=True))


def catch_up(schema: AppSchema) -> bool:
    """Index the next records that wait, in a transaction of its own; False when none wait any more.

    Writers take numbers from the same row, so nobody writes a record while its place in the order is decided.
    """
    with transaction.atomic():
        counter = Counter.objects.select_for_update().get(app=schema.id)
        if counter.indexed is None:
            return False
        counter.indexed = _next(schema, counter.indexed) or None
        counter.save(update_fields=["indexed"])
        return counter.indexed is not None


def candidates(app_id: int, folded: str) -> tuple[str, list[Any]] | None:
    """SQL and parameters of a sub-query of candidate ids for a folded needle; None when it is too short to index.

    Records that wait for the index are candidates too, so results are exact at every moment.
    """
    wanted = sorted(grams(folded))
    if not wanted:
        return None
    table, tail = names.search(app_id), ""
    more: list[Any] = []
    indexed = Counter.objects.filter(app=app_id).values_list("indexed", flat=True).first()
    if indexed is not None:
        tail, more = f' UNION ALL SELECT "id" FROM "{names.table(app_id)}" WHERE "id" > %s', [indexed]  # noqa: S608
    if connection.vendor == "postgresql":
        terms = " & ".join("'" + w.replace("\\", "\\\\").replace("'", "''") + "'" for w in wanted)
        found = f'SELECT "id" FROM "{table}" WHERE "grams" @@ %s::tsquery{tail}'  # noqa: S608
        return found, [f"({terms}) | '{EVERY}'", *more]
    terms = " AND ".join('"' + w + '"' for w in wanted)
    found = f'SELECT rowid FROM "{table}" WHERE "{table}" MATCH %s{tail}'  # noqa: S608
    return found, [f'({terms}) OR "\U000f002a"', *more]
