"""Seats of slots: the slot's row is locked, then the records that hold a seat are counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import tables
from tomoni.records.models import Slot
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


def slot_fields(schema: AppSchema) -> list[FieldSpec]:
    """The app's slot fields."""
    return [f for f in schema.fields if f.type == "slot"]


def released(schema: AppSchema) -> list[str]:
    """The states in which a record has given its seat back: cancelled or refused (kind `stop`)."""
    return [s.name for s in schema.states if s.kind == "stop"]


def holders(schema: AppSchema, field: FieldSpec) -> QuerySet[Any]:
    """The records that hold a seat of a slot field: not deleted, not in a `stop` state."""
    return (
        tables(schema)
        .record._default_manager.filter(
            deleted_at__isnull=True, **{f"{names.column(field.id or 0)}__isnull": False}
        )
        .exclude(status__in=released(schema))
    )


def take(schema: AppSchema, values: Mapping[str, Any], record: int | None = None) -> None:
    """Make sure that each slot among the values exists and has a seat; raises `Invalid` by field.

    Slots are locked in the order of their ids, so two writers never wait for each other in a circle. On SQLite
    the transaction already holds the write lock.
    """
    wanted = [(f, values[f.code]) for f in slot_fields(schema) if values.get(f.code)]
    if not wanted:
        return
    errors: dict[str, list[Any]] = {}
    moments = {value for _field, value in wanted}
    rows = Slot.objects.select_for_update().filter(
        field__in=[f.id for f, _v in wanted], starts_at__in=moments
    )
    slots = {(s.field_id, s.starts_at): s for s in rows.order_by("pk")}
    for field, value in wanted:
        slot = slots.get((field.id or 0, value))
        if slot is None:
            errors[field.code] = [_("この予約枠はありません。一覧から選び直してください。")]
        elif _taken(schema, field, value, record) >= slot.capacity:
            errors[field.code] = [_("この予約枠は満員になりました。ほかの枠を選んでください。")]
    if errors:
        raise Invalid(errors)


def _taken(schema: AppSchema, field: FieldSpec, value: datetime, record: int | None) -> int:
    found = holders(schema, field).filter(**{names.column(field.id or 0): value})
    if record is not None:
        found = found.exclude(pk=record)
    return found.count()
