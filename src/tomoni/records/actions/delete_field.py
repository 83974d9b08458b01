"""Take a field off the form (項目の削除): its column and values stay in the trash."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.records import uses
from tomoni.records.actions import _fields, _publish
from tomoni.records.schema import edit
from tomoni.records.schema.snapshot import AppSchema


@action("records.delete_field")
def delete_field(*, actor: Actor, app: str, field: str) -> AppSchema:
    """Delete a field into the trash. It leaves the columns of views; a view, rule or process that asks for it
    is named in the `Invalid` that is raised, and so is what other rooms announced (`records.uses`): forms, automations.
    Needs `manage`."""
    row, schema = _publish.locked(actor, app)
    old = next((f for f in schema.fields if f.code == field), None)
    if old is None or old.id is None:
        raise NotFound(field=field)
    for view in schema.views:
        if view.date_field == field:
            raise Invalid({field: [_("暦「%(view)s」がこの項目を使っています。") % {"view": view.name}]})
    if found := uses.of_field(app, field):
        raise Invalid({field: found})
    row.views = [{**view, "columns": [c for c in view["columns"] if c != field]} for view in row.views]
    row.layout = [asdict(item) for item in edit.without(schema.layout, field)]
    if row.title_field == field:
        row.title_field = ""
    _fields.remove(row.pk, old)
    return _publish.publish(row, actor, "app.delete_field", {"field": old.id})
