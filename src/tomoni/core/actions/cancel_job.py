"""Stopping long work."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, NotFound
from tomoni.core.models import Job


@action("core.cancel_job")
def cancel_job(*, actor: Actor, job: str) -> Job:
    """Cancel one's own job: at once while it waits, else at its next step. `Conflict` when it has ended."""
    row = Job.objects.select_for_update().filter(pk=job).first()
    if row is None or not visible(actor, row):
        raise NotFound()
    if row.state == Job.State.READY:
        row.state, row.finished_at = Job.State.CANCELLED, clock.now()
    elif row.state != Job.State.RUNNING:
        raise Conflict(_("この処理はもう終わっています。"))
    row.cancel_requested = True
    # Only these columns: the worker writes the others at the same time.
    row.save(update_fields=["state", "finished_at", "cancel_requested"])
    audit.record(actor=actor, verb="job.cancel", target=f"job:{row.pk}")
    return row


def visible(actor: Actor, row: Job) -> bool:
    """Whether a person may see a job: its owner, or an administrator."""
    owns = row.owner is not None and actor.kind == "user" and row.owner == actor.id
    return owns or actor.may("jobs.view_all")
