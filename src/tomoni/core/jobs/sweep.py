"""Housekeeping of jobs."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tomoni.core import clock
from tomoni.core.jobs.define import job
from tomoni.core.jobs.periodic import periodic
from tomoni.core.models import Job

KEEP = timedelta(days=30)


@periodic("daily", at="02:30")
@job(label=_("終わった処理の片付け"))
def sweep_jobs() -> dict[str, int]:
    """Remove jobs that ended over 30 days ago."""
    ended = [Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED]
    old = Job.objects.filter(state__in=ended, finished_at__lt=clock.now() - KEEP)
    return {"removed": old.delete()[0]}
