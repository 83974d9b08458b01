"""Forget old entries of the log, so that it does not grow for ever."""

from __future__ import annotations

from datetime import timedelta

from tomoni.automation.models import Run
from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor

KEPT_DAYS = 400
BATCH = 5000


@action("automation.purge_runs", right="automation.purge")
def purge_runs(*, actor: Actor) -> int:
    """Delete at most `BATCH` entries older than `KEPT_DAYS` that nobody still has to look at; returns how many."""
    old = Run.objects.filter(at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    old = old.exclude(outcome=Run.Outcome.FAILED, seen_at=None)
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if ids:
        Run.objects.filter(pk__in=ids).delete()
        audit.record(
            actor=actor, verb="automation.purge_runs", target="automation", fields={"count": len(ids)}
        )
    return len(ids)
