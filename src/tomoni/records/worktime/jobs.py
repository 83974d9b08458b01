"""Periodic work: forgetting who worked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tomoni.core.actor import system
from tomoni.core.jobs import job, periodic
from tomoni.records.worktime.actions.forget import forget


@periodic("daily", at="03:10")
@job(retries=2, label=_("作業時間の仮名の消去"))
def forget_pseudonyms() -> dict[str, int]:
    """Delete pseudonyms older than three months and presences older than a day."""
    return forget(actor=system("worktime"))
