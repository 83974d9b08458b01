"""Reads of apps, records, history, slots and dwell, with the reader's rights."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.records import fieldtypes, rights
from tomoni.records.actions._slots import holders
from tomoni.records.ddl import names
from tomoni.records.duty import process
from tomoni.records.duty.queries import acted_for
from tomoni.records.models import App, AppDraft, AppVersion, Slot, StateLog
from tomoni.records.models import Revision as RevisionRow
from tomoni.records.query import read
from tomoni.records.query.operators import midnight
from tomoni.records.query.reader import reader
from tomoni.records.query.sight import own_view, seen, unseen_on
from tomoni.records.record import AppInfo, Draft, FieldChange, Origin, Record, Revision, SlotInfo, StateSpan
from tomoni.records.schema import cache, snapshot
from tomoni.records.schema.snapshot import AppSchema

MOST_DELETED = 200


def apps(actor: Actor) -> list[AppInfo]:
    """The apps in which the actor may do something, by name. Two queries, once the definitions are known."""
    found = []
    rows = App.objects.filter(deleted_at__isnull=True).order_by("name", "code")
    schemas = [(app, cache.load(app.pk, app.version, app.stamp)) for app in rows]
    departments = rights.department_ids(right.who for _app, schema in schemas for right in schema.rights)
    for app, schema in schemas:
        held = rights.granted(actor, schema, departments)
        if held.verbs or held.own:
            found.append(
                AppInfo(
                    id=app.pk, code=app.code, name=app.name, description=app.description,
                    department_code=app.department_code, task_id=app.task_id, kit=app.kit,
                    verbs=held.verbs | held.own, updated_at=app.updated_at,
                )
            )  # fmt: skip
    return found


def deleted_apps(actor: Actor) -> list[AppInfo]:
    """The apps in the trash that the actor may bring back, the last deleted first. Two queries, as `apps`."""
    rows = App.objects.filter(deleted_at__isnull=False).order_by("-deleted_at", "code")[:MOST_DELETED]
    schemas = [(row, cache.load(row.pk, row.version, row.stamp)) for row in rows]
    departments = rights.department_ids(right.who for _row, schema in schemas for right in schema.rights)
    return [
        AppInfo(
            id=row.pk, code=row.code, name=row.name, description=row.description,
            department_code=row.department_code, task_id=row.task_id, kit=row.kit,
            verbs=held.verbs, updated_at=row.deleted_at,
        )
        for row, schema in schemas
        if "manage" in (held := rights.granted(actor, schema, departments)).verbs
    ]  # fmt: skip


def app(actor: Actor, code: str) -> AppSchema:
    """An app that the actor may do something in; `NotFound` otherwise."""
    schema = cache.snapshot(code)
    held = rights.granted(actor, schema)
    if not held.verbs and not held.own:
        raise NotFound(app=code)
    return seen(actor, schema)


def get(actor: Actor, code: str, record: int, *, trashed: bool = False) -> Record:
    """A record that the actor may see; `NotFound` otherwise. `trashed`: one in the trash."""
    schema = cache.snapshot(code)
    held = rights.require(actor, schema, "view")
    found = read.one(schema, record, reader(actor, schema, held), trashed=trashed)
    return own_view(actor, schema, found)


def history(actor: Actor, code: str, record: int) -> list[Revision]:
    """The record's changes, newest first; the first is its creation."""
    schema = cache.snapshot(code)
    held = rights.require(actor, schema, "view")
    current = read.one(schema, record, reader(actor, schema, held))
    narrowed = seen(actor, schema)
    deputised = acted_for(schema.id, record) if schema.states else {}
    strict, hidden = narrowed is not schema, set(unseen_on(narrowed, record))
    every = narrowed.fields if strict else (*schema.fields, *schema.trash)
    fields = {str(f.id): f for f in every if f.code not in hidden}
    found = [
        Revision(
            revision=row.revision, kind=row.kind, at=row.at, user_id=row.user_id, actor_ref=row.actor_ref,
            action=row.action, comment=row.comment, changes=tuple(_changes(fields, row.changes, strict)),
            acted_for=deputised.get(row.revision),
        )
        for row in RevisionRow.objects.filter(app_id=schema.id, record=record).order_by("-revision")
    ]  # fmt: skip
    who = f"user:{current.creator}" if current.creator else current.source
    found.append(Revision(1, "create", current.created_at, current.creator, who))
    return found


def preview_action(actor: Actor, code: str, records: Iterable[int], action: str) -> dict[int, str]:
    """Why a process action cannot be run on records now; empty texts where it can. What is not seen is missing."""
    schema = cache.snapshot(code)
    condition = reader(actor, schema, rights.require(actor, schema, "view"))
    found = []
    for pk in dict.fromkeys(records):
        try:
            found.append(read.one(schema, pk, condition))
        except NotFound:
            continue
    return {record.id: why for record, why in process.preview(schema, actor, found, action)}


def _changes(fields: dict[str, Any], kept: dict[str, list[Any]], strict: bool = False) -> list[FieldChange]:
    """The changes of one revision; `strict`: not of fields that the reader does not see."""
    found = []
    for key, (old, new) in kept.items():
        field = fields.get(key)
        if field is None and strict and key.isdigit():
            continue
        if field is None:
            code, label = {"status": ("ステータス", key), "assignee": ("作業者", "作業者")}.get(
                key, (key, key)
            )
            found.append(FieldChange(code, label, old, new))
            continue
        kind = fieldtypes.get(field.type)
        found.append(
            FieldChange(field.code, field.label, kind.from_json(old, field), kind.from_json(new, field))
        )
    return found


def moment(when: date | datetime | None) -> datetime | None:
    """A day means its beginning in Asia/Tokyo."""
    if when is None or isinstance(when, datetime):
        return when
    return midnight(when)


def slots(code: str, field: str, since: Any = None, until: Any = None) -> list[SlotInfo]:
    """The slots of a field that start in `[since, until)`, with their seats. Two queries."""
    schema = cache.snapshot(code)
    spec = schema.field(field)
    if spec.type != "slot":
        raise NotFound(field=field)
    rows = Slot.objects.filter(field=spec.id)
    if since is not None:
        rows = rows.filter(starts_at__gte=moment(since))
    if until is not None:
        rows = rows.filter(starts_at__lt=moment(until))
    column = names.column(spec.id or 0)
    rows = rows.order_by("starts_at")
    booked = holders(schema, spec)
    if since is not None:
        booked = booked.filter(**{f"{column}__gte": moment(since)})
    if until is not None:
        booked = booked.filter(**{f"{column}__lt": moment(until)})
    taken = dict(booked.values_list(column).annotate(n=Count("pk")).order_by())
    return [
        SlotInfo(s.starts_at, s.ends_at, s.place, s.capacity, taken.get(s.starts_at, 0), s.pk) for s in rows
    ]


def state_log(code: str, since: Any = None, until: Any = None) -> list[StateSpan]:
    """The stays in states that overlap `[since, until)`: the source of 経過日数."""
    schema = cache.snapshot(code)
    rows = StateLog.objects.filter(app_id=schema.id)
    if since is not None:
        rows = rows.filter(Q(left_at__isnull=True) | Q(left_at__gt=moment(since)))
    if until is not None:
        rows = rows.filter(entered_at__lt=moment(until))
    return [
        StateSpan(record, state, entered, left)
        for record, state, entered, left in rows.order_by("record", "entered_at", "id").values_list(
            "record", "state", "entered_at", "left_at"
        )
    ]


def versions(code: str) -> list[AppVersion]:
    """The published definitions of an app, newest first."""
    schema = cache.snapshot(code)
    return list(AppVersion.objects.filter(app_id=schema.id).order_by("-version"))


def draft(actor: Actor, code: str) -> Draft:
    """The draft of an app's definition, or what is published. Needs `manage`."""
    schema = cache.snapshot(code)
    rights.require(actor, schema, "manage")
    found = AppDraft.objects.filter(app_id=schema.id).first()
    if found is None:
        return Draft(snapshot.spec_of(schema), 0, schema.version, schema.version)
    return Draft(
        spec=snapshot.spec_from_json(found.spec),
        revision=found.revision,
        base_version=found.base_version,
        version=schema.version,
        user_id=found.user_id,
        updated_at=found.updated_at,
    )


def code_of(app_id: int) -> str:
    """The code of an app by its number; `NotFound` for none, or one in the trash."""
    found = App.objects.filter(pk=app_id, deleted_at__isnull=True).values_list("code", flat=True).first()
    if found is None:
        raise NotFound(app=app_id)
    return found


def verbs(actor: Actor, schema: AppSchema) -> frozenset[str]:
    """The verbs an actor holds in an app; those of a token only within its scopes (`token:edit`) and its app."""
    held = rights.granted(actor, schema)
    found = held.verbs | held.own
    if actor.kind != "token":
        return found
    bound = {role for role in actor.roles if role.startswith("token-app:")}
    if bound and f"token-app:{schema.code}" not in bound:
        return frozenset()
    return frozenset(v for v in found if f"token:{v}" in actor.roles)


def origins(app_ids: Iterable[int]) -> dict[int, Origin]:
    """Who made apps and who changed them last. Two queries."""
    wanted = list(app_ids)
    first: dict[int, str] = {}
    last: dict[int, str] = {}
    rows = AppVersion.objects.filter(app_id__in=wanted).order_by("version")
    for app_id, ref in rows.values_list("app_id", "actor_ref"):
        first.setdefault(app_id, ref)
        last[app_id] = ref
    return {
        pk: Origin(created, updated, _person_of(first.get(pk, "")), _person_of(last.get(pk, "")))
        for pk, created, updated in App.objects.filter(pk__in=wanted).values_list(
            "pk", "created_at", "updated_at"
        )
    }


def _person_of(ref: str) -> int | None:
    kind, _sep, number = ref.partition(":")
    return int(number) if kind in ("user", "token") and number.isdigit() else None
