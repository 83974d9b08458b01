"""/healthz: the process answers. /readyz: it can do its work. Neither says anything about the town."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tomoni.core import clock
from tomoni.core.models import WorkerBeat
from tomoni.core.web.beat import alive

log = logging.getLogger("tomoni.health")
FREE_BYTES = 200 * 1024 * 1024
_migrated = False


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 with every check true, else 503; the reasons are in the log."""
    results = {name: _passes(name, check) for name, check in CHECKS.items()}
    ready = all(results.values())
    return JsonResponse({"ready": ready, "checks": results}, status=200 if ready else 503)


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        log.exception("not ready", extra={"check": name})
        return False


def database() -> bool:
    """The database takes a write."""
    with transaction.atomic():
        WorkerBeat.objects.update_or_create(
            token="readyz",  # noqa: S106  # a row name, no secret
            defaults={"kind": "readyz", "host": "-", "pid": 0, "beat_at": clock.now()},
        )
    return True


def migrations() -> bool:
    """Every migration is applied; once true it stays true for this process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def dispatcher() -> bool:
    """A dispatcher lives, in this process or another."""
    return alive("dispatcher")


def disk() -> bool:
    """The data folder has room."""
    return shutil.disk_usage(settings.DATA_DIR).free >= FREE_BYTES


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database,
    "migrations": migrations,
    "dispatcher": dispatcher,
    "disk": disk,
}
