"""Seats of slots: the slots' rows are locked, then the records that hold a seat are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import tables
from tomoni.records.models import Slot
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


def slot_fields(schema: AppSchema) -> list[FieldSpec]:
    """The app's slot fields, by column number: the order in which slots are locked."""
    return sorted((f for f in schema.fields if f.type == "slot"), key=lambda f: f.id or 0)


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

    `record` is the one that is being changed: its own seat does not count.
    """
    if wrong := without_seat(schema, [(0, values)], record):
        raise Invalid(wrong[0])


def without_seat(
    schema: AppSchema, rows: Sequence[tuple[int, Mapping[str, Any]]], record: int | None = None
) -> dict[int, dict[str, list[Any]]]:
    """The rows whose slot does not exist or is full, with the errors by field; earlier rows take seats first.

    Slots are locked in the order of their ids, so two writers never wait for each other in a circle, until the
    transaction ends. On SQLite the transaction already holds the write lock.
    """
    errors: dict[int, dict[str, list[Any]]] = {}
    for field in slot_fields(schema):
        wanted = [(index, values[field.code]) for index, values in rows if values.get(field.code)]
        left = _left(schema, field, {moment for _index, moment in wanted}, record)
        for index, moment in wanted:
            if moment not in left:
                errors.setdefault(index, {})[field.code] = [
                    _("この予約枠はありません。一覧から選び直してください。")
                ]
            elif left[moment] <= 0:
                errors.setdefault(index, {})[field.code] = [
                    _("この予約枠は満員になりました。ほかの枠を選んでください。")
                ]
            else:
                left[moment] -= 1
    return errors


def _left(
    schema: AppSchema, field: FieldSpec, moments: set[datetime], record: int | None
) -> dict[datetime, int]:
    """Free seats of the slots that start at these moments, which are locked first. Two queries for 500 slots."""
    column, left = names.column(field.id or 0), {}
    every = sorted(moments)
    for start in range(0, len(every), 500):
        part = every[start : start + 500]
        rows = Slot.objects.select_for_update().filter(field=field.id, starts_at__in=part).order_by("pk")
        slots = {s.starts_at: s.capacity for s in rows}
        found = holders(schema, field).filter(**{f"{column}__in": part})
        if record is not None:
            found = found.exclude(pk=record)
        taken = dict(found.order_by().values_list(column).annotate(n=Count("pk")))
        left.update({moment: capacity - taken.get(moment, 0) for moment, capacity in slots.items()})
    return left
