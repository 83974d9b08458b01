"""Undo an import (取り込みの取り消し): what it made goes into the trash, what it changed gets its former values."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.records.actions.delete_record import delete_record
from tomoni.records.actions.restore_revision import restore_revision
from tomoni.records.query import read
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.transfer.access import own
from tomoni.records.transfer.models import Import, Imported

BATCH = 200
UNDOABLE = (Import.State.DONE, Import.State.CANCELLED, Import.State.BROKEN)


@action("transfer.start_undo")
def start_undo(*, actor: Actor, app: str, number: int) -> Import:
    """Begin to undo, as a job. For who made the import, or manages the app. `Conflict` where nothing can be undone."""
    from tomoni.records.transfer import jobs

    schema, row = own(actor, app, number, lock=True)
    if row.state not in UNDOABLE or not row.created + row.updated:
        raise Conflict(_("この取り込みは取り消せません。"))
    row.state = Import.State.UNDOING
    row.job = str(jobs.undo_import.enqueue(actor_id=actor.id, number=row.pk).id)
    row.save(update_fields=["state", "job"])
    audit.record(actor=actor, verb="record.import_undo", target=f"app:{schema.id}", fields={"import": row.pk})
    return row


@action("transfer.undo_batch")
def undo_batch(*, actor: Actor, app: str, number: int) -> int:
    """Undo the next records, the last first; returns how many, 0 at the end. Each is handled once."""
    schema = cache.snapshot(app)
    row = Import.objects.select_for_update(of=("self",)).filter(pk=number, state=Import.State.UNDOING).first()
    if row is None:
        return 0
    batch = list(Imported.objects.filter(of=row, undo="").order_by("-id")[:BATCH])
    for item in batch:
        item.why = _undo(actor, schema, item)
        item.undo = Imported.Undo.KEPT if item.why else Imported.Undo.DONE
    Imported.objects.bulk_update(batch, ["undo", "why"])
    if not batch:
        row.state, row.undone_at = Import.State.UNDONE, clock.now()
        row.save(update_fields=["state", "undone_at"])
    return len(batch)


def _undo(actor: Actor, schema: AppSchema, item: Imported) -> str:
    """Undo one record; why it was kept, or nothing."""
    try:
        current = read.one(schema, item.record)
    except NotFound:
        return "" if item.before is None else _("この記録は、そのあと消されました。")
    if current.revision != item.after:
        return _("取り込みのあとに変えられました。")
    try:
        if item.before is None:
            delete_record(actor=actor, app=schema.code, record=item.record, revision=item.after)
        else:
            restore_revision(
                actor=actor, app=schema.code, record=item.record, to=item.before, revision=item.after
            )
    except Forbidden:
        return _("この記録を戻す権限がありません。")
    except (Conflict, Invalid, NotFound) as error:
        return str(error)[:200]
    return ""
