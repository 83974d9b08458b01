"""Give a record the values of an earlier revision (前の版に戻す); it is a new revision like every change."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes
from tomoni.records.actions import _access, _change, _slots, _trace
from tomoni.records.compute import formulas
from tomoni.records.fieldtypes import table
from tomoni.records.models import Revision
from tomoni.records.query import read
from tomoni.records.query.sight import own_view
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema


@action("records.restore_revision")
def restore_revision(*, actor: Actor, app: str, record: int, to: int, revision: int | None = None) -> Record:
    """Restore the values that the record had at revision `to`. State and assignees stay. Needs `edit`."""
    schema = cache.snapshot(app)
    current = _change.locked(actor, schema, record, "edit")
    _change.check_revision(schema, current, revision, {})
    if not 1 <= to < current.revision:
        raise Invalid(_("その版はありません。"))
    earlier = values_at(schema, current, to)
    earlier.update(formulas.fill(schema, {**current.values, **earlier}))
    changes = _change.differences(current, earlier)
    if not changes:
        return own_view(actor, schema, current)
    fields = _access.Fields(actor, schema, current)
    if fields.fixed & changes.keys():
        raise Invalid(_("直す権限のない項目が変わるため、この版には戻せません。"))
    moved = {code: new for code, (_old, new) in changes.items()}
    _slots.take(schema, moved, record)
    comment = _("第%(n)s版に戻しました。") % {"n": to}
    number = _change.write(schema, actor, current, changes, kind="update", comment=comment)
    _trace.note(actor, "record.restore_revision", schema, record, moved)
    _trace.event("record.updated", schema, record, number, actor, fields=sorted(moved))
    return own_view(actor, schema, read.one(schema, record))


def values_at(schema: AppSchema, current: Record, to: int) -> dict[str, Any]:
    """The values at a revision: the present ones with every later change undone, newest first."""
    fields = {str(f.id): f for f in schema.fields if f.id is not None}
    found: dict[str, Any] = {}
    rows = Revision.objects.filter(app_id=schema.id, record=current.id, revision__gt=to)
    for changes in rows.order_by("-revision").values_list("changes", flat=True):
        for key, (old, _new) in changes.items():
            if (field := fields.get(key)) is None:
                continue
            value = fieldtypes.get(field.type).from_json(old, field)
            if isinstance(value, table.RowsPart):
                value = table.undo(found.get(field.code, current.values[field.code]), value, field)
            found[field.code] = value
    return found
