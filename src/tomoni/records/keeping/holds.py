"""Which records are on hold (凍結)."""

from __future__ import annotations

from collections.abc import Sequence

from tomoni.records.keeping.models import Hold


def held(app_id: int, records: Sequence[int] | None = None) -> set[int]:
    """The numbers of an app's records that are on hold now, all or among the given ones."""
    rows = Hold.objects.filter(app_id=app_id, released_at__isnull=True)
    if records is not None:
        rows = rows.filter(record__in=records)
    return set(rows.values_list("record", flat=True))
