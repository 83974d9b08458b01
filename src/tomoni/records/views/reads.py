"""What pages ask about rights and counts beyond the facade: the same rules as the actions, for showing buttons."""

from __future__ import annotations

from collections.abc import Iterable

from tomoni.core.actor import Actor
from tomoni.records import rights
from tomoni.records.ddl.tables import tables
from tomoni.records.duty import process
from tomoni.records.query.reader import reader
from tomoni.records.record import AppInfo, Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import ActionSpec

COUNT_CAP = 10_000


def verbs_on(actor: Actor, app: AppSchema, record: Record) -> frozenset[str]:
    """What the actor may do with this one record."""
    held = rights.granted(actor, app)
    verbs = held.verbs | held.own if actor.id is not None and record.creator == actor.id else held.verbs
    if not app.record_rights or "manage" in held.verbs:
        return verbs
    rows = tables(app).record._default_manager.filter(pk=record.id)
    ruled = (v for v in ("edit", "delete") if v in verbs)
    return verbs - {v for v in ruled if not rows.filter(reader(actor, app, held, v)).exists()}


def actions_for(actor: Actor, app: AppSchema, record: Record) -> list[ActionSpec]:
    """The process actions that the actor may run on the record now, the primary first."""
    found = [step for step in app.actions_from(record.status) if process.acting(app, actor, record, step).may]
    return sorted(found, key=lambda step: not step.primary)


def counts(actor: Actor, apps: Iterable[AppInfo]) -> dict[str, str]:
    """How many records of each app the actor may see, capped: `1,284`, `10,000+`. One query an app."""
    found: dict[str, str] = {}
    for info in apps:
        if "view" not in info.verbs:
            continue
        schema = cache.snapshot(info.code)
        held = rights.granted(actor, schema)
        rows = tables(schema).record._default_manager.filter(
            reader(actor, schema, held), deleted_at__isnull=True
        )
        number = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
        found[info.code] = f"{COUNT_CAP:,}+" if number > COUNT_CAP else f"{number:,}"
    return found
