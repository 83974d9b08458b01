"""Which records stay longer in a state than its deadline allows (期限切れ). Days are calendar days in Asia/Tokyo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from tomoni.core import clock
from tomoni.core.clock import TOKYO
from tomoni.records.ddl.tables import tables
from tomoni.records.models import StateLog
from tomoni.records.query.operators import midnight
from tomoni.records.schema.snapshot import AppSchema

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Late:
    """A record that is overdue in its state, by how many days; `stay` is the number of its stay."""

    record: int
    state: str
    days: int
    stay: int


def late_in(schema: AppSchema, shown: Q | None = None, most: int = MOST) -> list[Late]:
    """The overdue records of an app, the longest first; `shown`: only these. One query a state with a deadline."""
    found: list[Late] = []
    for state in schema.states:
        if not state.deadline_days:
            continue
        # Entered on day d and due on d + n: overdue from the day after.
        before = midnight(clock.today() - timedelta(days=state.deadline_days))
        rows = tables(schema).record._default_manager.filter(status=state.name, deleted_at__isnull=True)
        if shown is not None:
            rows = rows.filter(shown)
        stays = StateLog.objects.filter(
            app_id=schema.id, state=state.name, left_at__isnull=True, entered_at__lt=before,
            record__in=rows.values("pk"),
        ).order_by("entered_at")  # fmt: skip
        for pk, record, entered in stays.values_list("pk", "record", "entered_at")[:most]:
            day = entered.astimezone(TOKYO).date() + timedelta(days=state.deadline_days)
            found.append(Late(record, state.name, (clock.today() - day).days, pk))
    return sorted(found, key=lambda item: -item.days)
