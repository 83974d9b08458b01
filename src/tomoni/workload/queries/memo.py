"""What was computed from the imports in force, kept in the process until they change.

A survey's rows change only when an import is confirmed or taken back, so sums and ranking are made once and not at
every look. The imports themselves are read each time (one small query): no process shows what another has replaced.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from tomoni.workload.models import Intake

T = TypeVar("T")
KEPT = 8
_kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = Lock()


def state_of(fiscal_year: int) -> tuple[Any, ...]:
    """The imports in force in a fiscal year: whatever is computed from their rows holds while this stays the same."""
    done = Intake.objects.filter(state=Intake.State.IMPORTED, fiscal_year=fiscal_year).order_by("id")
    return tuple(done.values_list("id", "kind", "sha256", "good_rows", "minutes", "decided_at"))


def computed(name: str, fiscal_year: int, state: tuple[Any, ...], make: Callable[[], T]) -> T:
    """The value of `make` for this state of the imports. Callers must not change it."""
    key = (name, fiscal_year, state)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Compute anew at the next look (tests that count queries)."""
    with _lock:
        _kept.clear()
