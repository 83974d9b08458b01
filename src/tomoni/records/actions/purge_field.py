"""Erase a deleted field for good (項目の完全な削除): its values in records, in every revision and in the search index."""

from __future__ import annotations

from typing import Any

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.records import search
from tomoni.records.actions import _publish
from tomoni.records.ddl import names, statements
from tomoni.records.ddl.tables import column_names, columns_inside, tables
from tomoni.records.models import Field, Revision
from tomoni.records.schema.snapshot import AppSchema

BATCH = 500


@action("records.purge_field")
def purge_field(*, actor: Actor, app: str, field_id: int) -> AppSchema:
    """Blank the columns of a field in the trash, its links and its values in revisions. Needs `manage`.

    Of a table (テーブル) every row goes; a column of a table is blanked in its rows.

    The empty columns stay (dropping one rebuilds the table); the number is never used again. The audit chain holds
    digests only and stays whole.
    """
    row, schema = _publish.locked(actor, app)
    old = next((f for f in (*schema.trash, *schema.trash_columns) if f.id == field_id), None)
    if old is None:
        raise NotFound(field=field_id)
    made = tables(schema)
    for kind in ("i", "u"):
        statements.drop_index(row.pk, old, kind)
    model, link = (made.record, made.link)
    if old.table_id is not None:
        model, link = made.children[old.table_id].row, made.children[old.table_id].link
    if columns := column_names(old):
        model._default_manager.exclude(**dict.fromkeys(columns)).update(**dict.fromkeys(columns))
    link._default_manager.filter(field=field_id).delete()
    if field_id in made.children:
        made.children[field_id].row._default_manager.all().delete()
        made.children[field_id].link._default_manager.all().delete()
    table = None if old.table_id is None else str(old.table_id)
    forget_in_revisions(row.pk, str(field_id), table)
    searched = names.column(field_id, "fold") in columns or bool(columns_inside(schema, old))
    Field.objects.filter(pk=field_id).delete()
    after = _publish.publish(row, actor, "app.purge_field", {"field": field_id})
    if searched:
        search.rebuild(after)
    return after


def forget_in_revisions(app_id: int, key: str, table: str | None = None) -> None:
    """Take one field's values out of every revision; the revisions themselves stay. `table`: the one it is a column of."""
    last = 0
    rows = Revision.objects.filter(app_id=app_id).order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        held = [r for r in batch if _forget(r.changes, key, table)]
        Revision.objects.bulk_update(held, ["changes"])
        last = batch[-1].pk


def _forget(changes: dict[str, Any], key: str, table: str | None) -> bool:
    """Take a field out of one revision's changes; whether there was anything."""
    if table is None:
        return changes.pop(key, None) is not None
    sides = [side for side in changes.get(table, ()) if side]
    rows = [row for side in sides for row in side["rows"].values() if key in row]
    for row in rows:
        del row[key]
    return bool(rows)
