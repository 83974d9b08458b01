"""Change a field's type (項目の種類の変更): a new column, converted in batches, then the code points to it.

No column is altered. The former field lies in the trash with every value it had, until it is purged, and can take its
place again (`restore_field(…, swap=True)`). Three actions with a transaction each, so that nobody waits for a large
conversion; records that change meanwhile are converted again when the code is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.records import fieldtypes, rights
from tomoni.records.actions import _convert, _publish
from tomoni.records.actions.purge_field import purge_field
from tomoni.records.ddl import statements
from tomoni.records.models import Field
from tomoni.records.schema import cache, check
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

MOST_PREVIEWED = 20_000
MARGIN = timedelta(minutes=1)  # a change may have taken its time before the conversion began


@dataclass(frozen=True, slots=True)
class TypeChange:
    """The app after the change, and what became of the values. `former`: the number of the field now in the trash."""

    schema: AppSchema
    report: _convert.Report
    former: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was converted: its last record, how many, what did not convert."""

    last: int
    records: int
    failures: tuple[_convert.Failure, ...]


def planned(
    schema: AppSchema, code: str, type_: str, options: Mapping[str, Any]
) -> tuple[FieldSpec, FieldSpec]:
    """The field as it is and as it would be. `Invalid` when it cannot be: the type, its settings, what refers to it."""
    old = next((f for f in schema.fields if f.code == code), None)
    if old is None or old.id is None:
        raise NotFound(field=code)
    if old.type not in _convert.CHANGEABLE or type_ not in _convert.CHANGEABLE or type_ == old.type:
        raise Invalid({code: [_("この種類には変えられません。新しい項目を足してください。")]})
    unique = old.unique and fieldtypes.get(type_).may_be_unique
    new = replace(old, id=None, type=type_, options=dict(options), unique=unique)
    try:
        new = check.field(new)
    except Invalid:
        if old.default in (None, "", []):
            raise
        new = check.field(replace(new, default=None))  # a default that is no value of the new type goes
    for view in schema.views:
        if view.date_field == code and type_ not in ("date", "datetime"):
            raise Invalid({code: [_("暦「%(view)s」がこの項目を使っています。") % {"view": view.name}]})
    after = replace(new, id=old.id)
    _publish.check_queries(
        schema.with_fields([after if f.code == code else f for f in schema.fields], schema.trash)
    )
    return old, new


def preview_field_type(
    *, actor: Actor, app: str, field: str, type: str, options: Mapping[str, Any]
) -> _convert.Report:
    """What would not convert, before anything is done: counts and examples of at most 20,000 records. Needs `manage`."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    old, new = planned(schema, field, type, options)
    return _convert.preview(schema, old, new, actor, MOST_PREVIEWED)


def change_field_type(
    *,
    actor: Actor,
    app: str,
    field: str,
    type: str,
    options: Mapping[str, Any],
    progress: Callable[[int], None] | None = None,
) -> TypeChange:
    """Change the type of a field; values that do not convert are left empty and named in the report. Needs `manage`.

    `progress` is called with the number of records done, between transactions. When it stops the change (raises), or
    values repeat that must not, the field stays as it was.
    """
    begun, failures = clock.now(), dict[int, _convert.Failure]()
    new_id = begin_field_type(actor=actor, app=app, field=field, type=type, options=options)
    try:
        last = done = 0
        while batch := convert_field_values(actor=actor, app=app, field=field, new_id=new_id, after=last):
            last, done = batch.last, done + batch.records
            failures.update((f.record, f) for f in batch.failures)
            if progress is not None:
                progress(done)
        return finish_field_type(
            actor=actor,
            app=app,
            field=field,
            new_id=new_id,
            since=begun - MARGIN,
            after=last,
            failures=failures,
        )
    except BaseException:
        purge_field(actor=actor, app=app, field_id=new_id)
        raise


@action("records.begin_field_type")
def begin_field_type(*, actor: Actor, app: str, field: str, type: str, options: Mapping[str, Any]) -> int:
    """Add the new column, unseen (its field is in the trash); returns its number."""
    row, schema = _publish.locked(actor, app)
    old, new = planned(schema, field, type, options)
    made = _publish.field_row(row, replace(new, unique=False), Field.objects.get(pk=old.id or 0).position)
    made.deleted_at = clock.now()
    made.save()
    statements.add_columns(row.pk, _publish.field_spec(made))
    _publish.publish(row, actor, "app.begin_field_type", {"field": old.id, "new": made.pk})
    return int(made.pk)


@action("records.convert_field_values")
def convert_field_values(*, actor: Actor, app: str, field: str, new_id: int, after: int) -> Batch | None:
    """Convert the next batch behind record `after`; None when there is no more."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    old, new = _pair(schema, field, new_id)
    batch = next(_convert.values(schema, old, after=after), None)
    if batch is None:
        return None
    found, failures = _convert.batch_of(batch, old, new, actor)
    _convert.store(schema, new, found)
    return Batch(batch[-1][0], len(batch), tuple(failures))


@action("records.finish_field_type")
def finish_field_type(
    *,
    actor: Actor,
    app: str,
    field: str,
    new_id: int,
    since: datetime,
    after: int,
    failures: Mapping[int, _convert.Failure],
) -> TypeChange:
    """Convert what changed since, count, and let the code point to the new column."""
    row, schema = _publish.locked(actor, app)
    old, new = _pair(schema, field, new_id)
    late = Q(updated_at__gte=since) | Q(pk__gt=after) | Q(deleted_at__gte=since)
    failed = dict(failures)
    for batch in _convert.values(schema, old, where=late):
        found, again = _convert.batch_of(batch, old, new, actor)
        _convert.store(schema, new, found)
        for record, _value in found:
            failed.pop(record, None)
        failed.update((f.record, f) for f in again)
    unique = old.unique and fieldtypes.get(new.type).may_be_unique
    if old.unique:
        statements.drop_index(row.pk, old, "u")
    Field.objects.filter(pk=old.id or 0).update(deleted_at=clock.now())
    Field.objects.filter(pk=new_id).update(deleted_at=None, unique=unique)
    if unique:
        _make_unique(row.pk, replace(new, unique=True))
    records, filled = _convert.counted(schema, old)
    examples = tuple(failed[n] for n in sorted(failed)[: _convert.EXAMPLES])
    report = _convert.Report(records, filled, len(failed), examples)
    counts = {"field": old.id, "new": new_id, "converted": report.converted, "failed": report.failed}
    return TypeChange(_publish.publish(row, actor, "app.change_field_type", counts), report, old.id or 0)


def _pair(schema: AppSchema, code: str, new_id: int) -> tuple[FieldSpec, FieldSpec]:
    """The field and its prepared successor; `NotFound` when the definition has moved on meanwhile."""
    old = next((f for f in schema.fields if f.code == code), None)
    new = next((f for f in schema.trash if f.id == new_id), None)
    if old is None or new is None:
        raise NotFound(field=code)
    return old, new


def _make_unique(app_id: int, field: FieldSpec) -> None:
    statements.drop_index(app_id, field, "i")
    try:
        statements.run(statements.index_statements(app_id, field))
    except IntegrityError:
        message = _("種類を変えると同じ値になる記録があります。先に直すか、重複の禁止をやめてください。")
        raise Invalid({field.code: [message]}) from None
