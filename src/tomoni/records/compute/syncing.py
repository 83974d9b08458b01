"""Live lookups follow their source: through the outbox, 200 records an event. Re-sync copies again on request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tomoni.core import outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor, system
from tomoni.core.errors import NotFound
from tomoni.core.outbox import Event
from tomoni.records._core import emit
from tomoni.records.compute import formulas, lookups
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import tables
from tomoni.records.fieldtypes import Context, Unclean
from tomoni.records.models import Field
from tomoni.records.query import read, sight
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

BATCH = 200
DEEPEST = 10  # lookups of lookups; stops what goes round through several apps


def followers(app: str) -> Iterator[tuple[AppSchema, FieldSpec]]:
    """The lookups that copy from an app, with their own apps."""
    rows = Field.objects.filter(type="lookup", deleted_at__isnull=True, app__deleted_at__isnull=True)
    for code, own in rows.filter(options__app=app).values_list("code", "app__code").order_by("pk"):
        try:
            schema = cache.snapshot(own)
        except NotFound:
            continue
        if (field := schema.by_code.get(code)) is not None and field.type == "lookup":
            yield schema, field


@outbox.consumer("record.updated", name="records.lookups")
def source_changed(event: Event) -> None:
    """A record changed: live copies of its changed fields follow."""
    changed, depth = set(event.payload.get("fields") or ()), int(event.payload.get("depth", 0))
    if not changed or depth >= DEEPEST:
        return
    for schema, field in followers(event.payload["app"]):
        live = {c["from"] for c in field.options["copies"] if c["live"]}
        if live and changed & {*live, field.options["key"]}:
            emit(
                "lookup.follow",
                {"app": schema.code, "field": field.code, "source": event.payload["app"],
                 "record": event.payload["record"], "after": 0, "depth": depth + 1},
            )  # fmt: skip


@outbox.consumer("lookup.follow", name="records.lookups.follow")
def follow(event: Event) -> None:
    """Bring up to 200 records up to date, and hand the rest to the next event."""
    data = event.payload
    try:
        schema, source = cache.snapshot(data["app"]), cache.snapshot(data["source"])
        field = schema.field(data["field"])
        record = read.one(source, data["record"])
    except NotFound:
        return
    ids = dependants(schema, field, record.id, data["after"])
    for number in ids:
        follow_lookup(
            actor=system("lookup"),
            app=schema.code,
            record=number,
            field=field.code,
            source=record,
            depth=data["depth"],
        )
    if len(ids) == BATCH:
        emit("lookup.follow", {**data, "after": ids[-1]})


def dependants(schema: AppSchema, field: FieldSpec, source: int, after: int) -> list[int]:
    """The numbers of records whose lookup names a source record, behind a number."""
    column = names.column(field.id or 0, "record")
    if field.table:
        rows = tables(schema).children[field.table_id or 0].row._default_manager
        found = (
            rows.filter(**{column: source}, record__gt=after)
            .order_by("record")
            .values_list("record", flat=True)
        )
        return list(found.distinct()[:BATCH])
    rows = tables(schema).record._default_manager
    found = rows.filter(**{column: source}, pk__gt=after, deleted_at__isnull=True).order_by("pk")
    return list(found.values_list("pk", flat=True)[:BATCH])


@action("records.follow_lookup")
def follow_lookup(*, actor: Actor, app: str, record: int, field: str, source: Record, depth: int = 0) -> bool:
    """Let one record's live copies take over what its source says now. For the system; returns whether it changed."""
    schema = cache.snapshot(app)
    spec = schema.field(field)
    try:
        current = read.one(schema, record, lock=True)
    except NotFound:
        return False
    context = Context(actor=actor)
    found = {source.id: source}
    return write(schema, actor, current, taken(schema, spec, current, found, context, live_only=True), depth)


def taken(
    schema: AppSchema, field: FieldSpec, current: Record, found: Mapping[int, Record], context: Context,
    *, live_only: bool,
) -> dict[str, Any]:  # fmt: skip
    """The values of a record with the copies of its source records taken again."""
    source = sight.seen(context.actor, cache.snapshot(field.options["app"]))
    if not field.table:
        return _again(schema.by_code, field, dict(current.values), source, found, context, live_only)
    table = schema.field(field.table)
    columns = {c.code: c for c in table.fields}
    rows = [
        {
            **row,
            "values": {
                **row["values"],
                **_again(columns, field, row["values"], source, found, context, live_only),
            },
        }
        for row in current.values.get(table.code) or ()
    ]
    return {table.code: rows}


def _again(
    by_code: Mapping[str, FieldSpec], field: FieldSpec, values: Mapping[str, Any], source: AppSchema,
    found: Mapping[int, Record], context: Context, live_only: bool,
) -> dict[str, Any]:  # fmt: skip
    value = values.get(field.code)
    record = found.get(value["record"]) if value else None
    if record is None or value is None:
        return {}
    try:
        made = lookups.copied(field, by_code, source, record, context, live_only=live_only)
    except Unclean:  # the source's value does not fit here any more: what was copied stays
        return {}
    key = lookups.as_text(
        source.field(field.options["key"]), lookups.value_of(record, source.field(field.options["key"]))
    )
    return {**made, field.code: {"key": key, "record": record.id}} if key else made


def write(
    schema: AppSchema, actor: Actor, current: Record, values: Mapping[str, Any], depth: int = 0
) -> bool:
    """Write new values with what is computed from them, as a revision; nothing when nothing differs."""
    from tomoni.records.actions import _change, _trace

    new = {**values, **formulas.fill(schema, {**current.values, **values})}
    changes = _change.differences(current, new)
    if not changes:
        return False
    moved = {code: change[1] for code, change in changes.items()}
    number = _change.write(schema, actor, current, changes, kind="update")
    _trace.note(actor, "record.update", schema, current.id, moved)
    _trace.event("record.updated", schema, current.id, number, actor, fields=sorted(moved), depth=depth)
    return True


def resync(
    schema: AppSchema, actor: Actor, code: str, after: int, only: int | None = None
) -> tuple[int | None, int, int]:
    """Copy again for the next 200 records behind a number, frozen copies too. Sources that the actor may not see, or
    that are gone, leave their copies. Returns the last number (None at the end), how many were seen and changed."""
    field = schema.field(code)
    made = tables(schema).record._default_manager.filter(deleted_at__isnull=True)
    numbers = (
        [only]
        if only is not None
        else list(made.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
    )
    context, changed = Context(actor=actor), 0
    for number in numbers:
        current = read.one(schema, number, lock=True)
        found = sources(schema, field, current, context)
        changed += write(
            schema, actor, current, taken(schema, field, current, found, context, live_only=False)
        )
    last = numbers[-1] if only is None and len(numbers) == BATCH else None
    return last, len(numbers), changed


def sources(schema: AppSchema, field: FieldSpec, current: Record, context: Context) -> dict[int, Record]:
    """The source records that a record's lookup names, as far as the actor may see them."""
    if field.table:
        values = [row["values"].get(field.code) for row in current.values.get(field.table) or ()]
    else:
        values = [current.values.get(field.code)]
    return lookups.by_number(context.actor, field, sorted({v["record"] for v in values if v and v["record"]}))
