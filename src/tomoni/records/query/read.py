"""Reading single records."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from tomoni.core.errors import NotFound
from tomoni.records.ddl.tables import tables
from tomoni.records.query.rows import column_list, to_records
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema


def one(
    schema: AppSchema, record: int, condition: Q | None = None, *, lock: bool = False, trashed: bool = False
) -> Record:
    """One record, if the condition (the reader's) shows it; `NotFound` otherwise. `lock` holds it for a change."""
    made = tables(schema)
    if isinstance(record, bool) or not isinstance(record, int) or not 0 < record < 2**63:
        raise NotFound(app=schema.code)
    found: Any = made.record._default_manager.filter(pk=record, deleted_at__isnull=not trashed)
    if condition is not None:
        found = found.filter(condition)
    if lock:
        found = found.select_for_update()
    rows = list(found.values_list(*column_list(schema.fields)))
    if not rows:
        raise NotFound(app=schema.code)
    return to_records(schema, made, schema.fields, rows)[0]


def matches(schema: AppSchema, record: int, condition: Q) -> bool:
    """Whether a condition holds for a record that is not deleted."""
    made = tables(schema)
    return made.record._default_manager.filter(condition, pk=record, deleted_at__isnull=True).exists()
