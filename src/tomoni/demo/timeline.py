"""The demo's past: working days before today, and things that happen in order of time."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from tomoni.core import audit, clock, jobs, outbox, unit
from tomoni.kits.queries import office_closed

OPENS, CLOSES = time(8, 40), time(17, 5)


def moment(day: date, at: time) -> datetime:
    """A time of day in Tokyo."""
    return datetime.combine(day, at, clock.TOKYO)


def is_working(day: date) -> bool:
    """Whether the office is open that day."""
    return day.weekday() < 5 and not office_closed(day)


def working_days(since: date, until: date) -> list[date]:
    """Working days of `[since, until)`."""
    days = (since + timedelta(days=n) for n in range((until - since).days))
    return [day for day in days if is_working(day)]


def open_day(day: date, step: int = 1) -> date:
    """The day itself if the office is open, else the next such day (`step` -1: the one before)."""
    while not is_working(day):
        day += timedelta(days=step)
    return day


def in_office(dice: random.Random, after: datetime) -> datetime:
    """The given moment if the office is open then, else soon after it opens next."""
    local = after.astimezone(clock.TOKYO)
    if is_working(local.date()) and OPENS <= local.time() <= CLOSES:
        return local
    day = open_day(local.date() if local.time() < OPENS else local.date() + timedelta(days=1))
    return moment(day, OPENS) + timedelta(minutes=dice.randrange(5, 150))


class Timeline:
    """Happenings in order of time. One may plan further ones; what lies after the end does not happen."""

    def __init__(self, end: datetime) -> None:
        self.end = end
        self._waiting: list[tuple[datetime, int, Callable[[], None]]] = []
        self._planned = 0

    def plan(self, at: datetime, happen: Callable[[], None]) -> None:
        """Let something happen at a moment."""
        self._planned += 1
        heapq.heappush(self._waiting, (at, self._planned, happen))

    def run(self) -> None:
        """Let it all happen. Mails and automations follow within three hours, jobs and the seal at the end of the day."""
        following: datetime | None = None
        while self._waiting and self._waiting[0][0] < self.end:
            at, _number, happen = heapq.heappop(self._waiting)
            if following is not None and at >= following:
                deliver(following)
                if at.astimezone(clock.TOKYO).date() > following.astimezone(clock.TOKYO).date():
                    settle(following)
                following = None
            with clock.at(at), unit.unit():  # what a person does is one request
                happen()
            following = following or at + timedelta(hours=3)
        settle(min(self.end, following or self.end))


def deliver(at: datetime) -> None:
    """Deliver events as of a moment."""
    with clock.at(at):
        outbox.drain()


def settle(at: datetime) -> None:
    """Deliver events, run due jobs, seal the audit chain, as of a moment."""
    with clock.at(at):
        outbox.drain()
        jobs.drain()
        audit.seal()
