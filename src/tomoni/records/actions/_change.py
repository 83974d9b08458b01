"""The heart of every change of an existing record: lock, compare, write row + links + search + revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, NotFound
from tomoni.records import rights, search
from tomoni.records.actions import _rows, _tables, _trace
from tomoni.records.ddl.tables import tables
from tomoni.records.query import read
from tomoni.records.query.reader import reader
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema


def locked(actor: Actor, schema: AppSchema, record: int, verb: str, *, trashed: bool = False) -> Record:
    """The record, locked, if the actor holds the verb on it. `Forbidden` if it may be seen but not this."""
    held = rights.granted(actor, schema)
    if not held.verbs and not held.own and actor.kind != "system":
        raise NotFound(app=schema.code)
    try:
        return read.one(schema, record, reader(actor, schema, held, verb), lock=True, trashed=trashed)
    except NotFound:
        read.one(schema, record, reader(actor, schema, held), trashed=trashed)
        raise Forbidden(f"app.{verb}") from None


def check_revision(schema: AppSchema, current: Record, revision: int | None, mine: Mapping[str, Any]) -> None:
    """Raise `Conflict` with both versions when the record has moved on since `revision`."""
    if revision is None or revision == current.revision:
        return
    differ = {c: v for c, v in mine.items() if v != current.values.get(c)}
    raise Conflict(
        mine=differ,
        theirs={c: current.values.get(c) for c in differ},
        revision=current.revision,
        record=current.id,
        modifier=current.modifier,
        updated_at=current.updated_at,
    )


def differences(current: Record, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the clean values change, by code: (before, after)."""
    return {c: (current.values.get(c), v) for c, v in values.items() if current.values.get(c) != v}


def write(
    schema: AppSchema,
    actor: Actor,
    current: Record,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    kind: str,
    system: Mapping[str, Any] | None = None,
    action: str = "",
    comment: str = "",
) -> int:
    """Write a change: row, links, search index, revision. Returns the new revision number."""
    now, number, made = clock.now(), current.revision + 1, tables(schema)
    new = {code: change[1] for code, change in changes.items() if code in schema.by_code}
    columns = {
        **_rows.columns_of(schema, new),
        **(system or {}),
        "revision": number,
        "updated_at": now,
        "updated_by": _rows.person(actor),
    }
    moved = [f for f in _tables.table_fields(schema) if f.code in new]
    rewritten = any(_tables.has_text(schema, f) for f in moved)
    old_text = texts(schema, current.id) if rewritten or _touches_text(schema, columns) else None
    old_rows = row_texts(schema, current.id) if old_text is not None else []
    try:
        with transaction.atomic():
            made.record._default_manager.filter(pk=current.id).update(**columns)
    except IntegrityError as error:
        raise _rows.taken(schema, error) from None
    for field in moved:
        old, rows = changes[field.code]
        changes = {**changes, field.code: (old, _tables.write(schema, current.id, field, old or [], rows))}
    if old_text is not None:
        new_text = {**old_text, **{c: columns[c] for c in old_text if c in columns}}
        new_rows = row_texts(schema, current.id) if rewritten else old_rows
        search.change(
            schema.id,
            current.id,
            search.index_text([*old_text.values(), *old_rows]),
            search.index_text([*new_text.values(), *new_rows]),
        )
    linked = [f for f in _rows.of_storage(schema, "links") if f.code in new]
    if linked:
        made.link._default_manager.filter(record=current.id, field__in=[f.id for f in linked]).delete()
        _rows.insert_links(schema, made, [(current.id, new)])
    _trace.revision(
        schema=schema, record=current.id, number=number, kind=kind, actor=actor, at=now,
        changes=changes, action=action, comment=comment,
    )  # fmt: skip
    return number


def _touches_text(schema: AppSchema, columns: Mapping[str, Any]) -> bool:
    return any(column in columns for column in _rows.folded_columns(schema))


def all_texts(schema: AppSchema, record: int) -> list[str | None]:
    """Every text that the index of a record is made of: its own and those in the rows of its tables."""
    return [*texts(schema, record).values(), *row_texts(schema, record)]


def row_texts(schema: AppSchema, record: int) -> list[str]:
    """The folded texts in the rows of a record's tables."""
    return search.row_texts(schema, [record]).get(record, [])


def texts(schema: AppSchema, record: int) -> dict[str, str | None]:
    """The folded texts of a record as they are stored, trashed fields too: what the index was built from."""
    columns = _rows.folded_columns(schema)
    if not columns:
        return {}
    row = tables(schema).record._default_manager.filter(pk=record).values_list(*columns).get()
    return dict(zip(columns, row, strict=True))
