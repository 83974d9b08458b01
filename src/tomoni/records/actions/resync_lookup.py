"""Copy a lookup's fields again (写し直し): for one record at once, for a whole app as a job."""

from __future__ import annotations

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.records import rights
from tomoni.records.actions import _change
from tomoni.records.compute import jobs, syncing
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


@action("records.resync_lookup")
def resync_lookup(*, actor: Actor, app: str, field: str, record: int) -> bool:
    """Take over again what the source of one record says now, frozen copies too. Needs `edit` on the record.

    Returns whether anything changed. A source that is gone, or that the actor may not see, leaves the copies.
    """
    schema = cache.snapshot(app)
    _lookup(schema, field)
    _change.locked(actor, schema, record, "edit")
    return syncing.resync(schema, actor, field, 0, only=record)[2] > 0


@action("records.resync_lookups")
def resync_lookups(*, actor: Actor, app: str, field: str) -> str:
    """The same for every record of the app, as a job with progress. Needs `manage`; returns the job's number."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    _lookup(schema, field)
    return str(jobs.resync_app.enqueue(actor_id=actor.id, app=app, field=field).id)


def _lookup(schema: AppSchema, code: str) -> FieldSpec:
    found = schema.field(code)
    if found.type != "lookup":
        raise NotFound(field=code)
    return found
