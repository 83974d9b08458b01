"""Set who has to act on a record (作業者)."""

from __future__ import annotations

from collections.abc import Sequence

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes
from tomoni.records.actions import _change, _rows, _trace
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import ASSIGNEES, tables
from tomoni.records.fieldtypes import Context, Unclean
from tomoni.records.query import read
from tomoni.records.query.sight import own_view
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema

CODE = "作業者"


@action("records.assign_record")
def assign_record(
    *, actor: Actor, app: str, record: int, users: Sequence[int], revision: int | None = None
) -> Record:
    """Replace the assignees of a record. Needs `edit`; raises `Invalid` for people who are not there."""
    schema = cache.snapshot(app)
    current = _change.locked(actor, schema, record, "edit")
    _change.check_revision(schema, current, revision, {})
    try:
        people = fieldtypes.get("user").clean(list(users), schema.by_code[CODE], Context(actor=actor))
    except Unclean as error:
        raise Invalid({CODE: error.messages}) from None
    if people == list(current.assignees):
        return own_view(actor, schema, current)
    number = _change.write(schema, actor, current, {CODE: (list(current.assignees), people)}, kind="assign")
    set_assignees(schema, record, people)
    _trace.note(actor, "record.assign", schema, record, {CODE: people})
    _trace.event("record.updated", schema, record, number, actor, fields=[CODE])
    return own_view(actor, schema, read.one(schema, record))


def set_assignees(schema: AppSchema, record: int, people: Sequence[int]) -> None:
    """Write who works on a record; the revision is the caller's."""
    tables(schema).link._default_manager.filter(record=record, field=ASSIGNEES).delete()
    if people:
        _rows.insert_many(
            names.links(schema.id),
            ["record", "field", "position", "number", "text"],
            [(record, ASSIGNEES, place, user, None) for place, user in enumerate(people)],
            schema,
        )
