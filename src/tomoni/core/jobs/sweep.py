"""Housekeeping of jobs."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tomoni.core import clock, once
from tomoni.core.jobs.define import job
from tomoni.core.jobs.periodic import periodic
from tomoni.core.models import Job, Mail, Notice

KEEP = timedelta(days=30)
KEEP_MAIL = timedelta(days=366)
KEEP_NOTICES = timedelta(days=90)


@periodic("daily", at="02:30")
@job(label=_("終わった処理の片付け"))
def sweep_jobs() -> dict[str, int]:
    """Remove jobs that ended over 30 days ago."""
    ended = [Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED]
    old = Job.objects.filter(state__in=ended, finished_at__lt=clock.now() - KEEP)
    return {"removed": old.delete()[0]}


@periodic("daily", at="02:40")
@job(label=_("古いメールとお知らせの片付け"))
def sweep_messages() -> dict[str, int]:
    """Forget addresses and texts of mails after a year (their fate stays) and notices after 90 days."""
    now = clock.now()
    old = Mail.objects.filter(created_at__lt=now - KEEP_MAIL).exclude(to="")
    blanked = old.update(to="", subject="", body="", last_error="")
    removed = Notice.objects.filter(created_at__lt=now - KEEP_NOTICES).delete()[0]
    return {"mails": blanked, "notices": removed}


@periodic("daily", at="02:45")
@job(label=_("送信の重なりを防ぐ印の片付け"))
def sweep_once_keys() -> dict[str, int]:
    """Forget the keys of forms that were sent over two days ago."""
    return {"removed": once.sweep()}
