"""Erase a deleted record for good (レコードの完全な削除), with its revisions; its number stays used."""

from __future__ import annotations

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records import rights, search
from tomoni.records.actions import _change, _tables, _trace
from tomoni.records.ddl.tables import tables
from tomoni.records.models import RequestKey, Revision
from tomoni.records.query import read
from tomoni.records.query.reader import reader
from tomoni.records.schema import cache


@action("records.purge_record")
def purge_record(*, actor: Actor, app: str, record: int) -> None:
    """Erase a record that lies in the trash: row, links, index, revisions. Needs `manage`.

    Stays in states (経過日数) hold no personal data and remain in the figures.
    """
    schema = cache.snapshot(app)
    held = rights.require(actor, schema, "manage")
    read.one(schema, record, reader(actor, schema, held, "manage"), lock=True, trashed=True)
    made = tables(schema)
    search.change(schema.id, record, search.index_text(_change.all_texts(schema, record)), set())
    _tables.purge_record(schema, record)
    made.link._default_manager.filter(record=record).delete()
    made.record._default_manager.filter(pk=record).delete()
    Revision.objects.filter(app_id=schema.id, record=record).delete()
    RequestKey.objects.filter(app_id=schema.id, record=record).delete()
    _trace.note(actor, "record.purge", schema, record, {})
    _trace.event("record.purged", schema, record, 0, actor)
