"""What other rooms may ask of records. See `docs/develop/house.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from tomoni.records.actions.deploy_app import deploy_app
from tomoni.records.actions.move_fields import move_fields
from tomoni.records.actions.purge_field import purge_field
from tomoni.records.actions.purge_record import purge_record
from tomoni.records.actions.restore_field import restore_field
from tomoni.records.actions.restore_record import restore_record
from tomoni.records.actions.restore_revision import restore_revision
from tomoni.records.actions.resync_lookup import resync_lookup, resync_lookups
from tomoni.records.actions.return_record import return_record
from tomoni.records.actions.run_action import run_action
from tomoni.records.actions.save_draft import discard_draft, save_draft
from tomoni.records.actions.set_process import set_process
from tomoni.records.actions.set_rights import set_rights
from tomoni.records.actions.set_views import set_views
from tomoni.records.actions.update_app import update_app
from tomoni.records.actions.update_field import update_field
from tomoni.records.actions.update_record import update_record
from tomoni.records.actions.update_records import BulkUpdate, RecordUpdate, update_records
from tomoni.records.compute import related as _related
from tomoni.records.compute import visible
from tomoni.records.explain import Explanation
from tomoni.records.explain import explain as _explain
from tomoni.records.query.compile import condition
from tomoni.records.query.errors import BadQuery
from tomoni.records.query.find import count as _count
from tomoni.records.query.find import find as _find
from tomoni.records.query.find import ids as _ids
from tomoni.records.query.read import matches as _matches
from tomoni.records.query.sight import field_access as _field_access
from tomoni.records.record import (
    AppInfo,
    Draft,
    FieldChange,
    Origin,
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
from tomoni.records.talk.actions.add_comment import add_comment
from tomoni.records.talk.actions.edit_comment import delete_comment, edit_comment
from tomoni.records.talk.queries import Comment, comments
from tomoni.records.worktime.queries import Effect, Period, effect, effects


def apps(*, actor: Actor) -> list[AppInfo]:
    """The apps in which the actor may do something."""
    return queries.apps(actor)


def app(*, actor: Actor, code: str) -> AppSchema:
    """An app's definition; `NotFound` if the actor may do nothing in it."""
    return queries.app(actor, code)


def code_of(*, app_id: int) -> str:
    """The code of an app by its number; `NotFound` if there is none."""
    return queries.code_of(app_id)


def origins(*, app_ids: Iterable[int]) -> dict[int, Origin]:
    """Who made apps and who changed them last, and when, by number."""
    return queries.origins(app_ids)


def field_types() -> Mapping[str, fieldtypes.FieldType]:
    """The field types by name."""
    return fieldtypes.REGISTRY


def schema(*, code: str) -> AppSchema:
    """An app's definition without rights, for the system."""
    return cache.snapshot(code)


def draft(*, actor: Actor, app: str) -> Draft:
    """The draft of an app's definition, or what is published with revision 0. Needs `manage`."""
    return queries.draft(actor, app)


def may(*, actor: Actor, app: str, verb: str) -> bool:
    """Whether the actor holds a verb (view, add, edit, delete, manage, import, export) on some record of the app."""
    return rights.may(actor, cache.snapshot(app), verb)


def verbs(*, actor: Actor, app: str) -> frozenset[str]:
    """The verbs that the actor holds on some record; a token's are narrowed to its scopes and its app."""
    return queries.verbs(actor, cache.snapshot(app))


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


def count(*, actor: Actor, app: str, query: str = "") -> int:
    """How many records `find` would show, exactly."""
    return _count(actor, cache.snapshot(app), query)


def ids(*, actor: Actor, app: str, query: str = "") -> list[int]:
    """The numbers of all records that `find` would show, in its order."""
    return _ids(actor, cache.snapshot(app), query)


def get(*, actor: Actor, app: str, record: int, trashed: bool = False) -> Record:
    """One record; `NotFound` if the actor may not see it. `trashed`: one in the trash, for who could see it before."""
    return queries.get(actor, app, record, trashed=trashed)


def history(*, actor: Actor, app: str, record: int) -> list[Revision]:
    """The record's changes, newest first."""
    return queries.history(actor, app, record)


def explain(
    *, actor: Actor, app: str, person: int, record: int | None = None, field: str | None = None
) -> list[Explanation]:
    """Why a person (by number) may do each verb in an app, on a record, on a field, or may not. Needs `manage`."""
    return _explain(actor, app, person, record, field)


def access(*, actor: Actor, app: str, record: int | None = None) -> dict[str, str]:
    """For each field with rights what the actor may do with it: `none`, `view` or `edit` (others follow the record)."""
    return _field_access(actor, cache.snapshot(app), record)


def preview_action(*, actor: Actor, app: str, records: Sequence[int], action: str) -> dict[int, str]:
    """For each record that the actor sees why the process action cannot be run on it now; empty when it can."""
    return queries.preview_action(actor, app, records, action)


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


def related(*, actor: Actor, app: str, record: Record, field: str) -> Page:
    """The related records (関連レコード) of a record that the actor may see; an empty page if there are none."""
    return _related.related(actor, cache.snapshot(app), record, field)


def shown_fields(*, actor: Actor, app: str, answers: Mapping[str, Any]) -> frozenset[str]:
    """The codes of the fields whose condition (表示条件) holds for raw answers given so far."""
    return visible.shown_codes(cache.snapshot(app), actor, answers)


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
    "BulkUpdate",
    "Comment",
    "Draft",
    "Effect",
    "Explanation",
    "FieldChange",
    "Origin",
    "Page",
    "Period",
    "Record",
    "RecordUpdate",
    "Revision",
    "SlotInfo",
    "SlotSpec",
    "StateSpan",
    "TypeChange",
    "access",
    "add_comment",
    "add_field",
    "add_slots",
    "app",
    "apps",
    "assign_record",
    "change_field_type",
    "change_slot",
    "clean_value",
    "code_of",
    "comments",
    "copy_app",
    "count",
    "create_app",
    "create_record",
    "create_records",
    "delete_app",
    "delete_comment",
    "delete_field",
    "delete_record",
    "deploy_app",
    "discard_draft",
    "draft",
    "edit_comment",
    "effect",
    "effects",
    "explain",
    "field_types",
    "find",
    "get",
    "history",
    "ids",
    "matches",
    "may",
    "move_fields",
    "origins",
    "preview_action",
    "preview_field_type",
    "purge_field",
    "purge_record",
    "related",
    "remove_slot",
    "restore_app",
    "restore_field",
    "restore_record",
    "restore_revision",
    "resync_lookup",
    "resync_lookups",
    "return_record",
    "run_action",
    "save_draft",
    "schema",
    "set_process",
    "set_rights",
    "set_views",
    "shown_fields",
    "shown_value",
    "slots",
    "spec_of",
    "state_log",
    "trash",
    "update_app",
    "update_field",
    "update_record",
    "update_records",
    "verbs",
]
