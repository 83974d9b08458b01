"""Values of one field type as values of another: through the text that a person would type. Batches, no row twice in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from tomoni.core.actor import Actor
from tomoni.core.clock import TOKYO
from tomoni.records import fieldtypes, search
from tomoni.records.actions import _rows
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import Tables, column_names, tables
from tomoni.records.fieldtypes import Context, Names, Unclean
from tomoni.records.query.rows import column_list, to_records
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

CHANGEABLE = ("text", "multiline", "number", "choice", "multichoice", "date", "datetime")
BATCH = 1_000
EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """A value that does not become one of the new type: the record, the value in words, why."""

    record: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Records read, those with a value, those whose value does not convert, the first of these.

    `complete` is false when only the first records were read.
    """

    records: int
    filled: int
    failed: int
    examples: tuple[Failure, ...] = ()
    complete: bool = True

    @property
    def converted(self) -> int:
        """How many values become one of the new type."""
        return self.filled - self.failed


def values(
    schema: AppSchema, field: FieldSpec, *, where: Q | None = None, after: int = 0
) -> Iterator[list[tuple[int, Any]]]:
    """(record, value) of every record, those in the trash too, in batches by number."""
    made = tables(schema)
    rows: Any = (
        made.record._default_manager.filter(where or Q()).order_by("pk").values_list(*column_list([field]))
    )
    last = after
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield [(r.id, r.values[field.code]) for r in to_records(schema, made, [field], batch)]
        last = batch[-1][0]


def typed(value: Any, old: FieldSpec) -> str:
    """The value as a person would type it."""
    if isinstance(value, datetime):
        return value.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")
    return fieldtypes.get(old.type).export(value, old, Names())


def convert(value: Any, old: FieldSpec, new: FieldSpec, context: Context) -> Any:
    """The value in the new type; raises `Unclean`."""
    text = typed(value, old)
    if old.type == "datetime" and new.type == "date":
        text = text[:10]
    elif old.type == "date" and new.type == "datetime":
        text += " 00:00"
    return fieldtypes.get(new.type).cast(text, new, context)


def batch_of(
    batch: Sequence[tuple[int, Any]], old: FieldSpec, new: FieldSpec, actor: Actor
) -> tuple[list[tuple[int, Any]], list[Failure]]:
    """The converted values of a batch (empty where there is none or it does not convert), and the failures."""
    context, kind, target = Context(actor=actor), fieldtypes.get(old.type), fieldtypes.get(new.type)
    found, failures = [], []
    for record, value in batch:
        made = target.empty
        if not kind.is_empty(value):
            try:
                made = convert(value, old, new, context)
            except Unclean as error:
                failures.append(Failure(record, typed(value, old)[:200], str(error.messages[0])))
        found.append((record, made))
    return found, failures


def preview(schema: AppSchema, old: FieldSpec, new: FieldSpec, actor: Actor, most: int) -> Report:
    """What a change would do, for the first `most` records; nothing is written."""
    kind, records, filled, failed = fieldtypes.get(old.type), 0, 0, 0
    examples: list[Failure] = []
    for batch in values(schema, old):
        if records >= most:
            return Report(records, filled, failed, tuple(examples[:EXAMPLES]), complete=False)
        failures = batch_of(batch, old, new, actor)[1]
        records += len(batch)
        filled += sum(not kind.is_empty(value) for _record, value in batch)
        failed += len(failures)
        examples += failures[: EXAMPLES - len(examples)]
    return Report(records, filled, failed, tuple(examples))


def counted(schema: AppSchema, old: FieldSpec) -> tuple[int, int]:
    """How many records there are, and how many have a value of this field."""
    made = tables(schema)
    every: Any = made.record._default_manager.all()
    if fieldtypes.get(old.type).storage == "links":
        rows: Any = made.link._default_manager.filter(field=old.id)
        return every.count(), rows.values("record").distinct().count()
    return every.count(), every.exclude(**{column_names(old)[0]: None}).count()


def store(schema: AppSchema, new: FieldSpec, found: Sequence[tuple[int, Any]]) -> None:
    """Write the converted values of a batch: columns or links, and the search index."""
    made, kind = tables(schema), fieldtypes.get(new.type)
    before = _texts(schema, made, [pk for pk, _v in found]) if kind.searched else {}
    if kind.storage == "links":
        made.link._default_manager.filter(field=new.id, record__in=[pk for pk, _v in found]).delete()
        rows = [
            (pk, new.id, place, number, text)
            for pk, value in found
            for place, (number, text) in enumerate(kind.to_links(value))
        ]
        if rows:
            _rows.insert_many(
                names.links(schema.id), ["record", "field", "position", "number", "text"], rows, schema
            )
        return
    columns = column_names(new)
    fields = [made.record._meta.get_field(c) for c in columns]
    sets = ", ".join(f'"{c}" = %s' for c in columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{names.table(schema.id)}" SET {sets} WHERE "id" = %s',  # noqa: S608 - names made of numbers
            [
                (*(_rows.adapt(f, v) for f, v in zip(fields, kind.to_columns(value, new), strict=True)), pk)
                for pk, value in found
            ],
        )
    if kind.searched:
        after = _texts(schema, made, list(before))
        for pk, old in before.items():
            search.change(schema.id, pk, search.index_text(old), search.index_text(after[pk]))


def _texts(schema: AppSchema, made: Tables, ids: Sequence[int]) -> dict[int, tuple[str | None, ...]]:
    columns = _rows.folded_columns(schema)
    rows: Any = made.record._default_manager.filter(pk__in=ids).values_list("pk", *columns)
    return {row[0]: tuple(row[1:]) for row in rows}
