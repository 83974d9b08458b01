"""Long work of the room: previews and imports of more than 5,000 rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core import clock
from tomoni.core.errors import Invalid, TomoniError
from tomoni.core.jobs import job, periodic, progress
from tomoni.people.facade import actor_for
from tomoni.people.models import User
from tomoni.workload import intake as steps
from tomoni.workload.models import Intake

WAIT = timedelta(days=7)


@job(retries=1, label=gettext_lazy("調査票の読み取り"))
def make_preview(*, actor_id: int, intake_id: int) -> dict[str, Any]:
    """Read a large file and put its preview on the intake, if it still waits for it."""
    row = Intake.objects.get(pk=intake_id)
    progress(0, 2, _("ファイルを読んでいます"))
    table, encoding = steps.table_of(row)
    progress(1, 2, _("行を確かめています"))
    steps.refresh(row, table, encoding)
    with transaction.atomic():
        now = Intake.objects.select_for_update().get(pk=intake_id)
        if now.state == Intake.State.READING:
            row.save()
    url = reverse("workload:intake", args=[intake_id])
    return {"url": url, "message": _("読み取りました。内容を確かめて、取り込んでください。")}


@job(retries=1, label=gettext_lazy("調査票の取込"))
def store_intake(*, actor_id: int, intake_id: int) -> dict[str, Any]:
    """Store the rows of a large confirmed file in one transaction; once, however often it runs."""
    actor = actor_for(User.objects.get(pk=actor_id))
    url = reverse("workload:intake", args=[intake_id])
    progress(0, 2, _("ファイルを読んでいます"))
    try:
        if not actor.may("workload.import"):
            raise Invalid(_("取り込む権限がなくなっています。"))
        found = steps.reading_of(Intake.objects.get(pk=intake_id))
        progress(1, 2, _("行を保存しています"))
        with transaction.atomic():
            row = Intake.objects.select_for_update().get(pk=intake_id)
            if row.state == Intake.State.STORING:
                steps.store_rows(actor, row, found)
    except TomoniError:
        Intake.objects.filter(pk=intake_id, state=Intake.State.STORING).update(state=Intake.State.WAITING)
        raise
    return {"url": url, "message": _("取り込みました。")}


@periodic("daily", at="03:10")
@job(label=gettext_lazy("決めずに残った取込の片付け"))
def forget_waiting() -> dict[str, int]:
    """Stop imports that waited for a week: their previews hold parts of the file."""
    old = Intake.objects.filter(
        state__in=[Intake.State.WAITING, Intake.State.READING], created_at__lt=clock.now() - WAIT
    )
    return {"stopped": old.update(state=Intake.State.STOPPED, preview=None, decided_at=clock.now())}
