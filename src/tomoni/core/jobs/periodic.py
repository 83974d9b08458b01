"""Periodic jobs: each period at most once, however many processes run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from django.db import transaction

from tomoni.core import clock
from tomoni.core.jobs.define import JobTask
from tomoni.core.models import PeriodicRun


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a periodic job starts: daily at a time in Asia/Tokyo, or every so many seconds."""

    task: JobTask
    at: time | None = None
    seconds: int = 0

    def period(self, moment: datetime) -> str:
        """The name of the period that the moment belongs to."""
        if self.at is not None:
            local = moment.astimezone(clock.TOKYO)
            day = local.date() if local.time() >= self.at else local.date() - timedelta(days=1)
            return day.isoformat()
        return str(int(moment.timestamp()) // self.seconds)


SCHEDULES: dict[str, Schedule] = {}
_seen: dict[str, str] = {}


def periodic(
    every: Literal["daily"] | None = None, *, at: str = "02:00", seconds: int = 0
) -> Callable[[JobTask], JobTask]:
    """Start a `@job` without arguments `periodic("daily", at="02:00")` or `periodic(seconds=300)`.

    A period missed while nothing ran is made up once, at the next start. A job that is registered
    for the first time waits for its next period.
    """
    if (every == "daily") == bool(seconds):
        raise ValueError('periodic: either "daily" or seconds=')

    def wrap(task: JobTask) -> JobTask:
        when = time.fromisoformat(at) if every == "daily" else None
        SCHEDULES[task.module_path] = Schedule(task, when, seconds)
        return task

    return wrap


def start_due() -> int:
    """Queue every periodic job whose period has begun; returns how many this process queued."""
    now, started = clock.now(), 0
    for name, schedule in SCHEDULES.items():
        period = schedule.period(now)
        if _seen.get(name) == period:
            continue
        started += _claim(name, schedule, period, now)
        _seen[name] = period
    return started


@transaction.atomic
def _claim(name: str, schedule: Schedule, period: str, now: datetime) -> int:
    first = PeriodicRun(name=name, period=period, started_at=now)
    PeriodicRun.objects.bulk_create([first], ignore_conflicts=True)
    won = PeriodicRun.objects.filter(name=name).exclude(period=period).update(period=period, started_at=now)
    if won:
        schedule.task.enqueue()
    return won
