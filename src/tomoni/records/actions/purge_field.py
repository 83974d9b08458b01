"""Erase a deleted field for good (項目の完全な削除): its values in records, in every revision and in the search index."""

from __future__ import annotations

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.records import search
from tomoni.records.actions import _publish
from tomoni.records.ddl import names, statements
from tomoni.records.ddl.tables import column_names, tables
from tomoni.records.models import Field, Revision
from tomoni.records.schema.snapshot import AppSchema

BATCH = 500


@action("records.purge_field")
def purge_field(*, actor: Actor, app: str, field_id: int) -> AppSchema:
    """Blank the columns of a field in the trash, its links and its values in revisions. Needs `manage`.

    The empty columns stay (dropping one rebuilds the table); the number is never used again. The audit chain holds
    digests only and stays whole.
    """
    row, schema = _publish.locked(actor, app)
    old = next((f for f in schema.trash if f.id == field_id), None)
    if old is None:
        raise NotFound(field=field_id)
    made = tables(schema)
    for kind in ("i", "u"):
        statements.drop_index(row.pk, old, kind)
    if columns := column_names(old):
        made.record._default_manager.exclude(**dict.fromkeys(columns)).update(**dict.fromkeys(columns))
    made.link._default_manager.filter(field=field_id).delete()
    forget_in_revisions(row.pk, str(field_id))
    Field.objects.filter(pk=field_id).delete()
    after = _publish.publish(row, actor, "app.purge_field", {"field": field_id})
    if names.column(field_id, "fold") in columns:
        search.rebuild(after)
    return after


def forget_in_revisions(app_id: int, key: str) -> None:
    """Take one field's values out of every revision; the revisions themselves stay."""
    last = 0
    rows = Revision.objects.filter(app_id=app_id).order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        held = [r for r in batch if r.changes.pop(key, None) is not None]
        Revision.objects.bulk_update(held, ["changes"])
        last = batch[-1].pk
