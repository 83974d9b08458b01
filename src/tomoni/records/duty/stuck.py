"""How long records stay in each state (滞留): median, 90 %, how many wait now, by month. From the stays alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Q

from tomoni.core import clock
from tomoni.core.clock import TOKYO
from tomoni.records.ddl.tables import tables
from tomoni.records.models import StateLog
from tomoni.records.schema.snapshot import AppSchema

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Month:
    """The stays that ended in a month: how many, and their median in days."""

    month: str
    count: int
    median: float


@dataclass(frozen=True, slots=True)
class StateTime:
    """A state: stays that ended in the period (days at the median and at 90 %), and what waits in it now."""

    state: str
    count: int
    median: float | None
    p90: float | None
    waiting: int
    oldest: float | None
    months: tuple[Month, ...] = ()


def stuck(schema: AppSchema, since: datetime, until: datetime, shown: Q | None = None) -> list[StateTime]:
    """Each state of an app over `[since, until)`; `shown`: only these records. Two queries. Final states wait for nothing."""
    rows = tables(schema).record._default_manager.filter(deleted_at__isnull=True)
    if shown is not None:
        rows = rows.filter(shown)
    stays = StateLog.objects.filter(app_id=schema.id, record__in=rows.values("pk"))
    ended: dict[str, list[tuple[datetime, float]]] = {}
    done = stays.filter(left_at__gte=since, left_at__lt=until)
    for state, entered, left in done.values_list("state", "entered_at", "left_at"):
        if left is None:
            continue
        ended.setdefault(state, []).append((left, (left - entered).total_seconds() / DAY))
    waiting: dict[str, list[float]] = {}
    now = clock.now()
    for state, entered in stays.filter(left_at__isnull=True).values_list("state", "entered_at"):
        waiting.setdefault(state, []).append((now - entered).total_seconds() / DAY)
    return [
        _state(s.name, ended.get(s.name, []), waiting.get(s.name, []))
        for s in schema.states
        if s.kind not in ("done", "stop")
    ]


def _state(name: str, ended: Sequence[tuple[datetime, float]], waiting: Sequence[float]) -> StateTime:
    days = [d for _at, d in ended]
    by_month: dict[str, list[float]] = {}
    for left, length in ended:
        by_month.setdefault(left.astimezone(TOKYO).strftime("%Y-%m"), []).append(length)
    return StateTime(
        state=name,
        count=len(days),
        median=median(days) if days else None,
        p90=_percentile(days),
        waiting=len(waiting),
        oldest=max(waiting, default=None),
        months=tuple(Month(m, len(v), median(v)) for m, v in sorted(by_month.items())),
    )


def _percentile(days: Sequence[float]) -> float | None:
    """The smallest length that 90 % of the stays do not exceed (nearest rank)."""
    if not days:
        return None
    ordered = sorted(days)
    return ordered[-(-9 * len(ordered) // 10) - 1]
