"""What one unit of work (a request, one delivery of the outbox) has read already and need not read again.

Outside a unit nothing is kept: every call reads. Keep only what cannot change under the unit's feet, or call
`forget` where it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.core.signals import request_finished, request_started

T = TypeVar("T")
_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("tomoni_unit", default=None)


def _start(**_: Any) -> None:
    _memory.set({})


def _finish(**_: Any) -> None:
    _memory.set(None)


def connect() -> None:
    """Make each request a unit (called by the app's `ready`)."""
    request_started.connect(_start, dispatch_uid="core.unit.start")
    request_finished.connect(_finish, dispatch_uid="core.unit.finish")


def close() -> None:
    """Leave the unit that an answer not read to its end has left open (a stream in a test)."""
    _memory.set(None)


@contextmanager
def unit() -> Iterator[None]:
    """Open a unit of work with an empty memory; what an outer unit remembers is set aside until the end."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """The value read under this key in the present unit; read now if it was not, or if there is no unit."""
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    found: T = memory[key]
    return found


def memory() -> dict[Hashable, Any] | None:
    """The unit's memory, None outside of one: for callers that keep several entries at once."""
    return _memory.get()


def forget(*keys: Hashable) -> None:
    """Forget what was read under these keys: call it where the thing is written."""
    if (held := _memory.get()) is not None:
        for key in keys:
            held.pop(key, None)
