"""Work in the background: looking at owners, carrying out disposals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.jobs import job, periodic, progress
from tomoni.records.keeping import links
from tomoni.records.keeping.actions.check_owners import check_owners
from tomoni.records.keeping.actions.dispose import erase_batch, finish_disposal
from tomoni.records.keeping.models import Disposal

KEEPER = system("keeping")
STUCK = timedelta(minutes=15)


@periodic(seconds=3600)
@job(retries=2, label=gettext_lazy("アプリの担当者の確認"))
def look_at_owners() -> dict[str, int]:
    """Find apps that nobody answers for since a transfer took effect or an account was closed."""
    return {"new": check_owners(actor=KEEPER)}


@job(retries=3, label=gettext_lazy("記録の廃棄"))
def carry_out(*, actor_id: int | None, disposal: int) -> dict[str, Any]:
    """Erase the records of an approved disposal, a batch a transaction: stopped halfway, it goes on where it was."""
    found = Disposal.objects.get(pk=disposal)
    if found.state != Disposal.State.APPROVED:
        return {"url": links.disposal(disposal)}
    total, left = len(found.records), len(found.left)
    while left:
        progress(total - left, total, _("記録を消しています"))
        left = erase_batch(actor=KEEPER, disposal=disposal)
    found = finish_disposal(actor=KEEPER, disposal=disposal)
    gone = len(found.records) - len(found.kept)
    return {
        "url": links.disposal(disposal),
        "message": _("記録%(n)s件を廃棄しました。") % {"n": f"{gone:,}"},
    }


@periodic(seconds=900)
@job(label=gettext_lazy("止まった廃棄の続き"))
def go_on() -> dict[str, int]:
    """Queue approved disposals again whose work stopped (the program was ended)."""
    stuck = Disposal.objects.filter(state=Disposal.State.APPROVED, moved_at__lt=clock.now() - STUCK)
    found = list(stuck.values_list("pk", "decided_by_id"))
    for pk, person in found:
        carry_out.enqueue(actor_id=person, disposal=pk)
    return {"queued": len(found)}
