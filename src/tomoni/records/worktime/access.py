"""Who may add time to a record: who may edit it. The one place that asks the records floor."""

from __future__ import annotations

from dataclasses import dataclass

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, NotFound
from tomoni.records import queries, rights


@dataclass(frozen=True, slots=True)
class Place:
    """A record as working time knows it: app id and code, record id, present state."""

    app_id: int
    app: str
    record: int
    state: str

    @property
    def key(self) -> str:
        """The record's name in the chain of marks."""
        return f"{self.app_id}/{self.record}"


def editable_place(*, actor: Actor, app: str, record: int) -> Place:
    """The record with its state, if the actor may edit it. Raises `NotFound` or `Forbidden`."""
    if actor.kind != "user" or not actor.is_staff:
        raise Forbidden("records.edit")
    if not 0 < record < 2**63:
        raise NotFound()
    schema = queries.app(actor, app)
    held = rights.require(actor, schema, "edit")
    row = queries.get(actor, app, record)
    if "edit" not in held.verbs and row.creator != actor.id:
        raise Forbidden("records.edit")
    return Place(schema.id, app, record, row.status or "")
