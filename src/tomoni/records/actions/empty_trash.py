"""Empty the trash of an app (ごみ箱を空にする), by hand or when the app's time for it (`trash_days`) has passed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.records import rights
from tomoni.records.actions.purge_field import purge_field
from tomoni.records.actions.purge_record import purge_record
from tomoni.records.ddl.tables import tables
from tomoni.records.models import Field
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema

BATCH = 200


def days_of(schema: AppSchema) -> int | None:
    """How many days the app keeps what was deleted; None: until somebody empties the trash."""
    days = schema.settings.get("trash_days")
    return days if isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= 3_650 else None


def waiting(schema: AppSchema, until: datetime | None = None) -> Any:
    """The deleted records, of those deleted before a moment."""
    rows = tables(schema).record._default_manager.filter(deleted_at__isnull=False)
    return rows if until is None else rows.filter(deleted_at__lt=until)


@action("records.empty_trash")
def empty_trash(
    *, actor: Actor, app: str, until: datetime | None = None, after: int = 0
) -> tuple[int, int, int]:
    """Erase up to 200 deleted records for good: those deleted before `until`, with numbers above `after`.

    Needs `manage`. Returns (erased, kept, the last number seen); records on hold stay. Repeat until nothing was seen.
    """
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    erased = kept = 0
    last = after
    for pk in list(
        waiting(schema, until).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        last = pk
        try:
            purge_record(actor=actor, app=app, record=pk)
            erased += 1
        except (Invalid, NotFound):
            kept += 1
    if erased:
        audit.record(
            actor=actor, verb="app.empty_trash", target=f"app:{schema.id}", fields={"records": erased}
        )
    return erased, kept, last


@action("records.expire_trash")
def expire_trash(*, actor: Actor, app: str) -> int:
    """Erase what lies in the trash longer than the app says: records, then fields. Returns how many records."""
    schema = cache.snapshot(app)
    days = days_of(schema)
    if days is None:
        return 0
    until, erased, after = clock.now() - timedelta(days=days), 0, 0
    while True:
        done, _kept, last = empty_trash(actor=actor, app=app, until=until, after=after)
        erased += done
        if last == after:
            break
        after = last
    for field in Field.objects.filter(app_id=schema.id, deleted_at__lt=until).values_list("pk", flat=True):
        try:
            purge_field(actor=actor, app=app, field_id=field)
        except (Invalid, NotFound):
            continue
    return erased
