"""What other rooms may ask of records. See `docs/develop/house.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes, queries, rights
from tomoni.records.actions.add_field import add_field
from tomoni.records.actions.add_slots import add_slots
from tomoni.records.actions.assign_record import assign_record
from tomoni.records.actions.change_field_type import (
    TypeChange,
    change_field_type,
    preview_field_type,
)
from tomoni.records.actions.change_slot import change_slot, remove_slot
from tomoni.records.actions.copy_app import copy_app, spec_of
from tomoni.records.actions.create_app import create_app
from tomoni.records.actions.create_record import create_record
from tomoni.records.actions.create_records import BulkResult, create_records
from tomoni.records.actions.delete_app import delete_app, restore_app
from tomoni.records.actions.delete_field import delete_field
from tomoni.records.actions.delete_record import delete_record
from tomoni.records.actions.move_fields import move_fields
from tomoni.records.actions.purge_field import purge_field
from tomoni.records.actions.purge_record import purge_record
from tomoni.records.actions.restore_field import restore_field
from tomoni.records.actions.restore_record import restore_record
from tomoni.records.actions.restore_revision import restore_revision
from tomoni.records.actions.run_action import run_action
from tomoni.records.actions.set_process import set_process
from tomoni.records.actions.set_rights import set_rights
from tomoni.records.actions.set_views import set_views
from tomoni.records.actions.update_app import update_app
from tomoni.records.actions.update_field import update_field
from tomoni.records.actions.update_record import update_record
from tomoni.records.query.compile import condition
from tomoni.records.query.errors import BadQuery
from tomoni.records.query.find import find as _find
from tomoni.records.query.read import matches as _matches
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
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.worktime.queries import Effect, Period, effect, effects


def apps(*, actor: Actor) -> list[AppInfo]:
    """The apps in which the actor may do something."""
    return queries.apps(actor)


def app(*, actor: Actor, code: str) -> AppSchema:
    """An app's definition; `NotFound` if the actor may do nothing in it."""
    return queries.app(actor, code)


def schema(*, code: str) -> AppSchema:
    """An app's definition without rights, for the system."""
    return cache.snapshot(code)


def may(*, actor: Actor, app: str, verb: str) -> bool:
    """Whether the actor holds a verb (view, add, edit, delete, manage, import, export) on some record of the app."""
    return rights.may(actor, cache.snapshot(app), verb)


def matches(*, app: str, record: int, query: str, actor: Actor) -> bool:
    """Whether a condition in the query language holds for a record; `actor` is LOGINUSER(). Raises `BadQuery`."""
    found = cache.snapshot(app)
    return _matches(found, record, condition(query, found, actor))


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


def get(*, actor: Actor, app: str, record: int, trashed: bool = False) -> Record:
    """One record; `NotFound` if the actor may not see it. `trashed`: one in the trash, for who could see it before."""
    return queries.get(actor, app, record, trashed=trashed)


def history(*, actor: Actor, app: str, record: int) -> list[Revision]:
    """The record's changes, newest first."""
    return queries.history(actor, app, record)


def slots(*, app: str, field: str, since: Any = None, until: Any = None) -> list[SlotInfo]:
    """A slot field's slots with their seats."""
    return queries.slots(app, field, since, until)


def state_log(*, app: str, since: Any = None, until: Any = None) -> list[StateSpan]:
    """Stays in states, the source of 経過日数."""
    return queries.state_log(app, since, until)


def clean_value(*, actor: Actor, field: FieldSpec, raw: Any) -> Any:
    """The value of one raw answer, as the writer would take it; raises `Invalid` under the field's code."""
    try:
        return fieldtypes.get(field.type).clean(raw, field, fieldtypes.Context(actor))
    except fieldtypes.Unclean as error:
        raise Invalid({field.code: error.messages}) from None


def shown_value(*, field: FieldSpec, value: Any, files: Mapping[int, str] | None = None) -> str:
    """A value as people read it; `files` are the names of stored files by id."""
    kind = fieldtypes.get(field.type)
    return "" if kind.is_empty(value) else kind.display(value, field, fieldtypes.Names(files=files or {}))


def trash(*, actor: Actor, app: str, limit: int = 50, after: str | None = None) -> Page:
    """Deleted records, last changed first."""
    return _find(
        actor,
        cache.snapshot(app),
        "order by 更新日時 desc",
        limit=limit,
        after=after,
        count=False,
        trashed=True,
    )


__all__ = [
    "AppInfo",
    "AppSchema",
    "BadQuery",
    "BulkResult",
    "Effect",
    "FieldChange",
    "Page",
    "Period",
    "Record",
    "Revision",
    "SlotInfo",
    "SlotSpec",
    "StateSpan",
    "TypeChange",
    "add_field",
    "add_slots",
    "app",
    "apps",
    "assign_record",
    "change_field_type",
    "change_slot",
    "clean_value",
    "copy_app",
    "create_app",
    "create_record",
    "create_records",
    "delete_app",
    "delete_field",
    "delete_record",
    "effect",
    "effects",
    "find",
    "get",
    "history",
    "matches",
    "may",
    "move_fields",
    "preview_field_type",
    "purge_field",
    "purge_record",
    "remove_slot",
    "restore_app",
    "restore_field",
    "restore_record",
    "restore_revision",
    "run_action",
    "schema",
    "set_process",
    "set_rights",
    "set_views",
    "shown_value",
    "slots",
    "spec_of",
    "state_log",
    "trash",
    "update_app",
    "update_field",
    "update_record",
]
