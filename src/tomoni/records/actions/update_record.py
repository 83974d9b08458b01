"""Change a record (レコードの編集), optimistically: a stale edit is answered with both versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records.actions import _access, _change, _clean, _files, _slots, _trace
from tomoni.records.fieldtypes import Context
from tomoni.records.query import read
from tomoni.records.query.sight import own_view
from tomoni.records.record import Record
from tomoni.records.schema import cache


@action("records.update_record")
def update_record(
    *,
    actor: Actor,
    app: str,
    record: int,
    values: Mapping[str, Any],
    revision: int | None = None,
    comment: str = "",
) -> Record:
    """Change the given fields. `revision` is the one the editor saw; None writes over whatever is there.

    Raises `Conflict` (details: mine, theirs, revision), `Invalid` by field, `NotFound`, `Forbidden`. Nothing is
    written when nothing changes.
    """
    schema = cache.snapshot(app)
    current = _change.locked(actor, schema, record, "edit")
    fields = _access.Fields(actor, schema, current)
    fields.refuse_unknown(values)
    context = Context(actor=actor, own_files=_files.own(schema, current, values), record=current)
    cleaned = _clean.clean_or_raise(fields.loosened(), context, values, whole=False, current=current.values)
    cleaned = {code: fields.keep_columns(code, current.values.get(code), v) for code, v in cleaned.items()}
    _files.check_free(schema, actor, cleaned, record)
    _change.check_revision(schema, current, revision, cleaned)
    changes = _change.differences(current, cleaned)
    if errors := fields.refused(changes, values):
        raise Invalid(errors)
    if not changes:
        return own_view(actor, schema, current)
    moved = {code: new for code, (_old, new) in changes.items()}
    _slots.take(schema, moved, current.id)
    number = _change.write(schema, actor, current, changes, kind="update", comment=comment[:2000])
    _trace.note(actor, "record.update", schema, record, moved)
    _trace.event("record.updated", schema, record, number, actor, fields=sorted(moved))
    return own_view(actor, schema, read.one(schema, record))
