"""Bring a deleted field back (項目の復元), with the values it had."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.records.actions import _publish
from tomoni.records.ddl import statements
from tomoni.records.models import Field
from tomoni.records.schema import check
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


@action("records.restore_field")
def restore_field(*, actor: Actor, app: str, field_id: int, swap: bool = False) -> AppSchema:
    """Restore a field from the trash to the end of the form, a column to the end of its table. Needs `manage`.

    Raises `Invalid` when its code was given to another field, or its values now repeat although they must not.
    `swap`: the field that has the code now goes to the trash and this one takes its place (a change of type undone).
    """
    row, schema = _publish.locked(actor, app)
    old = next((f for f in (*schema.trash, *schema.trash_columns) if f.id == field_id), None)
    if old is None:
        raise NotFound(field=field_id)
    if old.table_id is not None and all(f.id != old.table_id for f in schema.fields):
        raise Invalid({old.code: [_("先にテーブル「%(table)s」を戻してください。") % {"table": old.table}]})
    current = next((f for f in schema.fields if f.code == old.code), None) if swap else None
    check.distinct([*(f for f in schema.fields if f is not current), old])
    place = _make_room(row.pk, current)
    if old.unique:
        try:
            statements.run(statements.index_statements(row.pk, old))
        except IntegrityError:
            raise Invalid(
                {old.code: [_("同じ値の記録があるため、重複の禁止のままでは戻せません。")]}
            ) from None
    if place is None:
        place = max((f.position for f in Field.objects.filter(app=row)), default=0) + 10
    back = [field_id, *(column.id or 0 for column in old.fields)]
    Field.objects.filter(pk__in=back).update(deleted_at=None)
    Field.objects.filter(pk=field_id).update(position=place)
    return _publish.publish(row, actor, "app.restore_field", {"field": old.id})


def _make_room(app_id: int, current: FieldSpec | None) -> int | None:
    """Put the field that has the code now into the trash; returns the position it had."""
    if current is None:
        return None
    if current.unique:
        statements.drop_index(app_id, current, "u")
    row = Field.objects.get(pk=current.id or 0)
    Field.objects.filter(pk=row.pk).update(deleted_at=clock.now())
    return row.position
