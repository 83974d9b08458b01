"""Periodic work of the room."""

from __future__ import annotations

from tomoni.automation.actions.fire_rules import fire_rules
from tomoni.automation.actions.purge_runs import BATCH, purge_runs
from tomoni.core.actor import system
from tomoni.core.jobs import job, periodic


@periodic(seconds=60)
@job(retries=2)
def start_due_rules() -> dict[str, int]:
    """Start the rules that go by the clock."""
    return {"events": fire_rules(actor=system("automation"))}


@periodic("daily", at="03:20")
@job(retries=2)
def purge_old_runs() -> dict[str, int]:
    """Delete old entries of the log, every night."""
    deleted = 0
    while True:
        found = purge_runs(actor=system("purge"))
        deleted += found
        if found < BATCH:
            return {"deleted": deleted}
