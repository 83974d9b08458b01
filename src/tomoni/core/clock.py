"""The clock: the only place that reads the time, so that tests and the demo can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
_fixed: ContextVar[datetime | None] = ContextVar("tomoni_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def local_now() -> datetime:
    """The present moment in Asia/Tokyo."""
    return now().astimezone(TOKYO)


def today() -> date:
    """Today's date in Asia/Tokyo."""
    return local_now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Run a block as if it were `moment` (aware)."""
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
