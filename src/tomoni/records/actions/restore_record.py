"""Take a record out of the trash (レコードの復元)."""

from __future__ import annotations

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records.actions import _change, _rows, _slots, _trace
from tomoni.records.query import read
from tomoni.records.record import Record
from tomoni.records.schema import cache


@action("records.restore_record")
def restore_record(*, actor: Actor, app: str, record: int) -> Record:
    """Restore a deleted record. Needs `delete`; raises `Invalid` if its seat or its unique value is taken now."""
    schema = cache.snapshot(app)
    current = _change.locked(actor, schema, record, "delete", trashed=True)
    if current.status not in _slots.released(schema):
        _slots.take(schema, current.values, record)
    number = _change.write(
        schema, actor, current, {}, kind="restore", system={"deleted_at": None, "deleted_by": None}
    )
    _rows.enter_state(schema.id, [record], current.status, clock.now())
    _trace.note(actor, "record.restore", schema, record, {})
    _trace.event("record.restored", schema, record, number, actor)
    return read.one(schema, record)
