"""Put a record into the trash (レコードの削除)."""

from __future__ import annotations

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records.actions import _change, _rows, _trace
from tomoni.records.schema import cache


@action("records.delete_record")
def delete_record(*, actor: Actor, app: str, record: int, revision: int | None = None) -> None:
    """Delete a record into the trash; its seat in a slot is free again. Needs `delete` on the record."""
    schema = cache.snapshot(app)
    current = _change.locked(actor, schema, record, "delete")
    _change.check_revision(schema, current, revision, {})
    now = clock.now()
    number = _change.write(
        schema,
        actor,
        current,
        {},
        kind="delete",
        system={"deleted_at": now, "deleted_by": _rows.person(actor)},
    )
    _rows.leave_state(schema.id, record, now)
    _trace.note(actor, "record.delete", schema, record, {})
    _trace.event("record.deleted", schema, record, number, actor)
