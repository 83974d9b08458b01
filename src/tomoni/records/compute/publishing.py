"""When a definition is published: formulas, lookups and related records are checked; stored results follow formulas."""

from __future__ import annotations

from collections.abc import Sequence

from tomoni.core.actor import Actor
from tomoni.records.actions._sql import adapt, update_many
from tomoni.records.compute import formulas, lookups, related
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import column_names, tables
from tomoni.records.query.rows import column_list, to_records
from tomoni.records.schema.snapshot import AppSchema

AT_ONCE = 1_000
BATCH = 500


def check(before: AppSchema | None, schema: AppSchema, actor: Actor) -> None:
    """Raise `Invalid` for what does not fit."""
    formulas.check(schema)
    lookups.check(before, schema, actor)
    related.check(before, schema, actor)


def follow(before: AppSchema | None, schema: AppSchema, actor: Actor) -> None:
    """Compute anew what a changed formula gives: at once for up to 1,000 records, else in a job with progress."""
    codes = formulas.stale(before, schema)
    if not codes:
        return
    if tables(schema).record._default_manager.order_by().values("pk")[: AT_ONCE + 1].count() > AT_ONCE:
        from tomoni.records.compute.jobs import recompute_app

        recompute_app.enqueue(actor_id=actor.id, app=schema.code, codes=sorted(codes))
        return
    last: int | None = 0
    while last is not None:
        last = recompute(schema, sorted(codes), last)[0]


def recompute(schema: AppSchema, codes: Sequence[str], after: int) -> tuple[int | None, int]:
    """Compute some calculated fields for the next 500 records behind a number, in one UPDATE; deleted ones too.

    Returns the last number (None at the end) and how many there were. No revision: nobody changed these records.
    """
    from tomoni.records import search
    from tomoni.records.actions import _change, _tables

    made = tables(schema)
    found = made.record._default_manager.select_for_update().filter(pk__gt=after).order_by("pk")
    rows = list(found.values_list(*column_list(schema.fields))[:BATCH])
    records = to_records(schema, made, schema.fields, rows)
    fields = [schema.by_code[c] for c in codes if c in schema.by_code and not schema.by_code[c].table]
    inside = {schema.by_code[c].table for c in codes if c in schema.by_code} - {""}
    columns = [name for field in fields for name in column_names(field)]
    written, texts = (
        [],
        any(formulas.fieldtypes.get(schema.by_code[c].type).searched for c in codes if c in schema.by_code),
    )
    before = {r.id: _change.all_texts(schema, r.id) for r in records} if texts else {}
    for record in records:
        values = formulas.fill(schema, record.values)
        stored = [v for f in fields for v in formulas.fieldtypes.get(f.type).to_columns(values[f.code], f)]
        dated = [made.record._meta.get_field(name) for name in columns]
        written.append([*(adapt(d, v) for d, v in zip(dated, stored, strict=True)), record.id])
        for code in inside:
            _tables.write(schema, record.id, schema.field(code), record.values[code], values[code])
    if columns and written:
        update_many(names.table(schema.id), columns, written)
    for number, old in before.items():
        new = _change.all_texts(schema, number)
        search.change(schema.id, number, search.index_text(old), search.index_text(new))
    return (records[-1].id if len(records) == BATCH else None), len(records)
