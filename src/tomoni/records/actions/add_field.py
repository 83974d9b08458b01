"""Add a field (項目の追加): the table really gets a column."""

from __future__ import annotations

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records.actions import _fields, _publish
from tomoni.records.models import Field
from tomoni.records.schema import check
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


@action("records.add_field")
def add_field(*, actor: Actor, app: str, field: FieldSpec, position: int | None = None) -> AppSchema:
    """Add a field at a position of the form (0 is first; None is last). Needs `manage`; raises `Invalid`."""
    row, schema = _publish.locked(actor, app)
    made = check.field(field)
    check.distinct([*schema.fields, made])
    live = list(
        Field.objects.filter(app=row, parent=None, deleted_at__isnull=True).order_by("position", "id")
    )
    new = _fields.add(row, made)
    live.insert(len(live) if position is None else max(0, position), Field.objects.get(pk=new.id or 0))
    renumber(live)
    return _publish.publish(row, actor, "app.add_field", {"field": new.id})


def renumber(rows: list[Field]) -> None:
    """Give fields the positions 10, 20, 30 … in this order."""
    for place, row in enumerate(rows, start=1):
        row.position = place * 10
    Field.objects.bulk_update(rows, ["position"], batch_size=100)
