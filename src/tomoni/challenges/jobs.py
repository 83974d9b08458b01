"""Periodic work of the room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tomoni.challenges.actions.run_ending import remind_checks
from tomoni.core.actor import system
from tomoni.core.jobs import job, periodic


@periodic("daily", at="06:30")
@job(retries=2, label=_("やめた仕事の確かめ"))
def remind_due_checks() -> dict[str, int]:
    """Tell owners that three months have passed since a task ended."""
    return {"told": remind_checks(actor=system("challenges"))}
