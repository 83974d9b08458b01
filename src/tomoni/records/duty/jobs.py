"""Daily work: overdue records are told about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tomoni.core.actor import system
from tomoni.core.jobs import job, periodic
from tomoni.records.duty.actions.escalate import apps_with_deadlines, escalate


@periodic("daily", at="07:30")
@job(retries=2, label=_("期限切れの知らせ"))
def tell_overdue() -> dict[str, int]:
    """Tell assignees and those whom the states name about overdue records, each once a day."""
    return {"told": sum(escalate(actor=system("duty"), app=code) for code in apps_with_deadlines())}
