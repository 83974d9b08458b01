"""Snapshots by (app, version, stamp), kept in the process; the version itself is read once a request."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from tomoni.core import unit
from tomoni.core.errors import NotFound
from tomoni.records.models import App, AppVersion
from tomoni.records.schema.snapshot import AppSchema

_snapshots: OrderedDict[tuple[int, int, str], AppSchema] = OrderedDict()
_lock = Lock()
KEPT = 500
MEMORY = "records.versions"


def _memo() -> dict[str, tuple[int, int, str]]:
    """What this unit of work has read about apps: code → (id, version, stamp). Outside a unit every call reads."""
    return unit.remembered(MEMORY, dict)


def forget() -> None:
    """Forget the versions read in this request: after a definition has changed."""
    unit.forget(MEMORY)


def _version(code: str) -> tuple[int, int, str]:
    memo = _memo()
    if code in memo:
        return memo[code]
    row = App.objects.filter(code=code, deleted_at__isnull=True).values_list("id", "version", "stamp").first()
    if row is None:
        raise NotFound(app=code)
    memo[code] = row
    return row


def snapshot(code: str) -> AppSchema:
    """The published definition of an app. One small query, plus one more when this process has not seen the version."""
    return load(*_version(code))


def load(app_id: int, version: int, stamp: str) -> AppSchema:
    """The snapshot of one version of an app."""
    key = (app_id, version, stamp)
    with _lock:
        if (found := _snapshots.get(key)) is not None:
            _snapshots.move_to_end(key)
            return found
    spec = AppVersion.objects.values_list("spec", flat=True).get(app_id=app_id, version=version)
    made = AppSchema.from_json(spec)
    with _lock:
        _snapshots[key] = made
        while len(_snapshots) > KEPT:
            _snapshots.popitem(last=False)
    return made
