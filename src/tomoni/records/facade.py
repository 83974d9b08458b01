"""What other rooms may ask of records. See `docs/develop/house.md`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tomoni.core.actor import Actor
from tomoni.records import queries
from tomoni.records.actions.add_field import add_field
from tomoni.records.actions.add_slots import add_slots
from tomoni.records.actions.create_app import create_app
from tomoni.records.actions.create_record import create_record
from tomoni.records.actions.delete_record import delete_record
from tomoni.records.actions.move_fields import move_fields
from tomoni.records.actions.restore_record import restore_record
from tomoni.records.actions.run_action import run_action
from tomoni.records.actions.update_record import update_record
from tomoni.records.query.find import find as _find
from tomoni.records.record import (
    AppInfo,
    FieldChange,
    Page,
    Record,
    Revision,
    SlotInfo,
    SlotSpec,
    StateSpan,
)
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema


def apps(*, actor: Actor) -> list[AppInfo]:
    """The apps in which the actor may do something."""
    return queries.apps(actor)


def app(*, actor: Actor, code: str) -> AppSchema:
    """An app's definition; `NotFound` if the actor may do nothing in it."""
    return queries.app(actor, code)


def schema(*, code: str) -> AppSchema:
    """An app's definition without rights, for the system."""
    return cache.snapshot(code)


def find(
    *,
    actor: Actor,
    app: str,
    query: str = "",
    limit: int = 50,
    after: str | None = None,
    fields: Sequence[str] | None = None,
    count: bool = True,
) -> Page:
    """A page of records in the query language; rights and the record rule are in the SQL."""
    return _find(actor, cache.snapshot(app), query, limit=limit, after=after, fields=fields, count=count)


def get(*, actor: Actor, app: str, record: int) -> Record:
    """One record; `NotFound` if the actor may not see it."""
    return queries.get(actor, app, record)


def history(*, actor: Actor, app: str, record: int) -> list[Revision]:
    """The record's changes, newest first."""
    return queries.history(actor, app, record)


def slots(*, app: str, field: str, since: Any = None, until: Any = None) -> list[SlotInfo]:
    """A slot field's slots with their seats."""
    return queries.slots(app, field, since, until)


def state_log(*, app: str, since: Any = None, until: Any = None) -> list[StateSpan]:
    """Stays in states, the source of 経過日数."""
    return queries.state_log(app, since, until)


__all__ = [
    "AppInfo",
    "AppSchema",
    "FieldChange",
    "Page",
    "Record",
    "Revision",
    "SlotInfo",
    "SlotSpec",
    "StateSpan",
    "add_field",
    "add_slots",
    "app",
    "apps",
    "create_app",
    "create_record",
    "delete_record",
    "find",
    "get",
    "history",
    "move_fields",
    "restore_record",
    "run_action",
    "schema",
    "slots",
    "state_log",
    "update_record",
]
