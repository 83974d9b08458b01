"""Snapshots by (app, version, stamp), kept in the process; the version itself is read once a request."""

from __future__ import annotations

from collections import OrderedDict
from contextvars import ContextVar
from threading import Lock
from typing import Any

from django.core.signals import request_finished, request_started

from tomoni.core.errors import NotFound
from tomoni.records.models import App, AppVersion
from tomoni.records.schema.snapshot import AppSchema

# What one request has read about apps: code → (id, version, stamp). None outside a request: then every call reads.
_request: ContextVar[dict[str, tuple[int, int, str]] | None] = ContextVar("tomoni_app_versions", default=None)
_snapshots: OrderedDict[tuple[int, int, str], AppSchema] = OrderedDict()
_lock = Lock()
KEPT = 500


def _start(**_: Any) -> None:
    _request.set({})


def _finish(**_: Any) -> None:
    _request.set(None)


def connect() -> None:
    """Open and close the memory of a request (called by the app's `ready`)."""
    request_started.connect(_start, dispatch_uid="records.schema.start")
    request_finished.connect(_finish, dispatch_uid="records.schema.finish")


def forget() -> None:
    """Forget the versions read in this request: after a definition has changed."""
    if (memo := _request.get()) is not None:
        memo.clear()


def _version(code: str) -> tuple[int, int, str]:
    memo = _request.get()
    if memo is not None and code in memo:
        return memo[code]
    row = App.objects.filter(code=code, deleted_at__isnull=True).values_list("id", "version", "stamp").first()
    if row is None:
        raise NotFound(app=code)
    if memo is not None:
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
