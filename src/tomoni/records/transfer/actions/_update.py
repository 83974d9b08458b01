"""Change a record by the cells of a line: as `update_record`, with what people type into spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.records.actions import _access, _change, _clean, _slots, _trace
from tomoni.records.fieldtypes import Context
from tomoni.records.query import read
from tomoni.records.query.reader import reader
from tomoni.records.record import Record
from tomoni.records.rights import granted
from tomoni.records.schema.snapshot import AppSchema


def checked(
    actor: Actor, schema: AppSchema, current: Record, values: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """What the cells change, by code; raises `Invalid` by field."""
    fields = _access.Fields(actor, schema, current)
    fields.refuse_unknown(values)
    context = Context(actor=actor, record=current)
    _clean.prefetch(schema, context, [values])
    cleaned, errors = _clean.clean(
        fields.loosened(), context, values, whole=False, cast=True, current=current.values
    )
    if errors:
        raise Invalid(errors)
    cleaned = {code: fields.keep_columns(code, current.values.get(code), v) for code, v in cleaned.items()}
    changes = _change.differences(current, cleaned)
    if errors := fields.refused(changes, values):
        raise Invalid(errors)
    return changes


def check(actor: Actor, schema: AppSchema, record: int, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What would be wrong with changing the record so; nothing is written."""
    held = granted(actor, schema)
    try:
        current = read.one(schema, record, reader(actor, schema, held, "edit"))
        checked(actor, schema, current, values)
    except Invalid as error:
        return error.errors
    except NotFound as error:
        return {"": [str(error)]}
    return {}


def change(actor: Actor, schema: AppSchema, record: int, values: Mapping[str, Any]) -> tuple[int, int] | None:
    """Change the record; its revision before and after, None if nothing changes. Raises `Invalid`."""
    try:
        current = _change.locked(actor, schema, record, "edit")
    except NotFound as error:
        raise Invalid({"": [str(error)]}) from None
    except Forbidden:
        raise Invalid({"": [str(NotFound.message)]}) from None
    changes = checked(actor, schema, current, values)
    if not changes:
        return None
    moved = {code: new for code, (_old, new) in changes.items()}
    _slots.take(schema, moved, record)
    number = _change.write(schema, actor, current, changes, kind="update")
    _trace.note(actor, "record.update", schema, record, moved)
    _trace.event("record.updated", schema, record, number, actor, fields=sorted(moved), source="import")
    return current.revision, number
