"""Periodic work: the daily mail and the reminders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tomoni.core.actor import system
from tomoni.core.jobs import job, periodic
from tomoni.records.talk.actions.mind_trash import mind_trash
from tomoni.records.talk.actions.remind import remind
from tomoni.records.talk.actions.send_digest import send_digest


@periodic("daily", at="07:30")
@job(retries=2, label=_("1日1回のお知らせメール"))
def daily_digest() -> dict[str, int]:
    """One mail for each person with waiting lines."""
    return {"mails": send_digest(actor=system("digest"))}


@periodic(seconds=300)
@job(retries=2, label=_("日付の項目による催促"))
def reminders() -> dict[str, int]:
    """The reminders (リマインド) that are due."""
    return {"sent": remind(actor=system("reminders"))}


@periodic("daily", at="03:50")
@job(retries=2, label=_("ごみ箱の期限"))
def trash_time() -> dict[str, int]:
    """Warn owners a week before, then erase what lies in the trash longer than its app says."""
    return {"erased": mind_trash(actor=system("trash"))}
