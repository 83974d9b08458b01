"""Erase a deleted record for good (レコードの完全な削除), with its revisions; its number stays used."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import rights, uses
from tomoni.records.actions import _erase, _trace
from tomoni.records.query import read
from tomoni.records.query.reader import reader
from tomoni.records.schema import cache


@action("records.purge_record")
def purge_record(*, actor: Actor, app: str, record: int) -> None:
    """Erase a record that lies in the trash: row, links, index, revisions, files. Needs `manage`.

    Refused while the record is on hold (凍結). Stays in states (経過日数) hold no personal data and remain in the figures.
    """
    schema = cache.snapshot(app)
    held = rights.require(actor, schema, "manage")
    found = read.one(schema, record, reader(actor, schema, held, "manage"), lock=True, trashed=True)
    if uses.on_hold(schema.id, [record]):
        raise Invalid(_("この記録は凍結されているので、完全に消すことはできません。"))
    _erase.erase(schema, found)
    _trace.note(actor, "record.purge", schema, record, {})
    _trace.event("record.purged", schema, record, 0, actor)
