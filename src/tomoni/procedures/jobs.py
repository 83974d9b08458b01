"""Periodic work of the room."""

from __future__ import annotations

from tomoni.core.actor import system
from tomoni.core.jobs import job, periodic
from tomoni.procedures.actions.purge_drafts import BATCH, purge_drafts


@periodic("daily", at="03:10")
@job(retries=2)
def purge_expired_drafts() -> dict[str, int]:
    """Delete the drafts whose link has expired, every night."""
    deleted = 0
    while True:
        found = purge_drafts(actor=system("purge"))
        deleted += found
        if found < BATCH:
            return {"deleted": deleted}
