"""Change a field's words and settings (項目の変更). Code and type stay; the column stays."""

from __future__ import annotations

from dataclasses import replace

from django.db import IntegrityError
from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.records import fieldtypes
from tomoni.records.actions import _publish
from tomoni.records.ddl import statements
from tomoni.records.fieldtypes import Unclean
from tomoni.records.models import Field
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
    try:
        options = fieldtypes.get(old.type).check_change(old.options, made.options)
    except Unclean as error:
        raise Invalid({code: error.messages}) from None
    made = replace(made, options=options)
    if made.unique != old.unique:
        _index(row.pk, made)
    Field.objects.filter(pk=old.id).update(
        label=made.label,
        required=made.required,
        unique=made.unique,
        default=made.default,
        help=made.help,
        options=dict(made.options),
        personal=made.personal,
        purpose=made.purpose,
        retention_years=made.retention_years,
    )
    return _publish.publish(row, actor, "app.update_field", {"field": old.id})


def _index(app_id: int, field: FieldSpec) -> None:
    """Swap the indexes when `unique` was switched."""
    statements.drop_index(app_id, field, "i" if field.unique else "u")
    try:
        statements.run(statements.index_statements(app_id, field))
    except IntegrityError:
        raise Invalid(
            {field.code: [_("同じ値の記録がすでにあります。先に直してから、重複の禁止を選んでください。")]}
        ) from None
