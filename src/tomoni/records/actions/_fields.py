"""Rows of fields: making them, matching a new definition with the old one. Called inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import IntegrityError
from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.errors import Invalid, NotFound
from tomoni.records import fieldtypes
from tomoni.records.actions import _publish
from tomoni.records.ddl import statements
from tomoni.records.fieldtypes import Unclean
from tomoni.records.models import App, Field
from tomoni.records.schema.spec import FieldSpec


def create(app: App, fields: Sequence[FieldSpec], parent: Field | None = None) -> list[FieldSpec]:
    """Rows for checked fields in this order, with the columns of tables; the specifications with their numbers."""
    made = []
    for place, spec in enumerate(fields, start=1):
        row = _publish.field_row(app, spec, place * 10)
        row.parent = parent
        row.save()
        made.append(replace(_publish.field_spec(row), fields=tuple(create(app, spec.fields, row))))
    return made


@dataclass
class Plan:
    """How the fields of a new definition follow from the old: pairs (old, new), fields that are new, that are gone."""

    kept: list[tuple[FieldSpec, FieldSpec]] = field(default_factory=list)
    new: list[FieldSpec] = field(default_factory=list)
    gone: list[FieldSpec] = field(default_factory=list)


def plan(old: Sequence[FieldSpec], new: Sequence[FieldSpec]) -> Plan:
    """Match by number; a field without a number is the old one with its code and type, if there is one.

    Raises `NotFound` for a number that the app does not have.
    """
    by_id = {f.id: f for f in old}
    named = {f.id for f in new if f.id is not None}
    free = {(f.code, f.type): f for f in old if f.id not in named}
    made = Plan()
    seen: set[int | None] = set()
    for spec in new:
        former = by_id.get(spec.id) if spec.id is not None else free.get((spec.code, spec.type))
        if spec.id is not None and former is None:
            raise NotFound(field=spec.id)
        if former is None:
            made.new.append(spec)
        elif former.id in seen:
            raise Invalid({spec.code: [_("同じ項目が2回書かれています。")]})
        else:
            made.kept.append((former, spec))
            seen.add(former.id)
    made.gone = [f for f in old if f.id not in seen]
    return made


def apply(
    app: App, old: Sequence[FieldSpec], new: Sequence[FieldSpec], parent: FieldSpec | None = None
) -> None:
    """Make the app's fields be `new`, in this order: columns are added, fields that are gone go to the trash."""
    made = plan(old, new)
    for spec in made.gone:
        remove(app.pk, spec)
    # A code may pass from one field to another: free all of them first.
    moved = [a.id for a, b in made.kept if a.code != b.code]
    for number in moved:
        Field.objects.filter(pk=number or 0).update(code=f"#{number}")
    for former, spec in made.kept:
        change(app, former, spec)
    for spec in made.new:
        add(app, spec, parent)
    rows = Field.objects.filter(app=app, deleted_at__isnull=True, parent_id=parent.id if parent else None)
    places = {f.code: place * 10 for place, f in enumerate(new, start=1)}
    for row in rows:
        row.position = places[row.code]
    Field.objects.bulk_update(rows, ["position"], batch_size=100)


def add(app: App, spec: FieldSpec, parent: FieldSpec | None = None) -> FieldSpec:
    """One new field with its columns in the table."""
    made = create(app, [spec], Field(pk=parent.id) if parent else None)[0]
    statements.add_columns(app.pk, made, parent)
    return made


def remove(app_id: int, spec: FieldSpec) -> None:
    """A field goes to the trash, a table with its columns; values there must not stop anybody."""
    if spec.unique:
        statements.drop_index(app_id, spec, "u")
    gone = [spec.id or 0, *(column.id or 0 for column in spec.fields)]
    Field.objects.filter(pk__in=gone).update(deleted_at=clock.now())


def change(app: App, former: FieldSpec, spec: FieldSpec) -> None:
    """A field takes over words and settings. Raises `Invalid` where data would be lost."""
    if spec.type != former.type:
        raise Invalid({spec.code: [_("項目の種類を変えるには「種類を変える」を使ってください。")]})
    try:
        options = fieldtypes.get(former.type).check_change(former.options, spec.options)
    except Unclean as error:
        raise Invalid({spec.code: error.messages}) from None
    if spec.fields or former.fields:
        apply(app, former.fields, spec.fields, former)
    if spec.unique != former.unique:
        reindex(app.pk, replace(spec, id=former.id, options=options))
    Field.objects.filter(pk=former.id or 0).update(
        code=spec.code,
        label=spec.label,
        required=spec.required,
        unique=spec.unique,
        default=spec.default,
        help=spec.help,
        options=dict(options),
        personal=spec.personal,
        purpose=spec.purpose,
        retention_years=spec.retention_years,
        visible_if=spec.visible_if,
    )


def reindex(app_id: int, spec: FieldSpec) -> None:
    """Swap the indexes when `unique` was switched."""
    statements.drop_index(app_id, spec, "i" if spec.unique else "u")
    try:
        statements.run(statements.index_statements(app_id, spec))
    except IntegrityError:
        raise Invalid(
            {spec.code: [_("同じ値の記録がすでにあります。先に直してから、重複の禁止を選んでください。")]}
        ) from None
