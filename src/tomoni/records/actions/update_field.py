"""Change a field's words and settings (項目の変更). Code and type stay; the column stays."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.records.actions import _fields, _publish
from tomoni.records.schema import check
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


@action("records.update_field")
def update_field(*, actor: Actor, app: str, code: str, field: FieldSpec) -> AppSchema:
    """Replace label, help, default, options, required, unique and the personal-data tag of a field.

    Needs `manage`. Raises `Invalid` when data would be lost or when values already repeat under `unique`.
    """
    row, schema = _publish.locked(actor, app)
    old = next((f for f in schema.fields if f.code == code), None)
    if old is None or old.id is None:
        raise NotFound(field=code)
    if field.type != old.type or field.code != old.code:
        raise Invalid({code: [_("項目の種類とコードは変えられません。新しい項目を足してください。")]})
    made = check.field(replace(field, id=old.id))
    check.distinct([made if f.id == old.id else f for f in schema.fields])
    _fields.change(row, old, made)
    return _publish.publish(row, actor, "app.update_field", {"field": old.id})
