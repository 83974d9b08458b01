"""Long work: computing a whole app anew, and copying lookups again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core.actor import Actor, system
from tomoni.core.jobs import job, progress
from tomoni.people import facade as people
from tomoni.people.models import User
from tomoni.records.compute import publishing, syncing
from tomoni.records.ddl.tables import tables
from tomoni.records.schema import cache


def _count(app: str) -> int:
    return tables(cache.snapshot(app)).record._default_manager.count()


@job(retries=3, label=gettext_lazy("計算のやり直し"))
def recompute_app(*, actor_id: int | None, app: str, codes: list[str]) -> dict[str, Any]:
    """Compute calculated fields for every record, 500 at a time. Stopped halfway, it starts again from the beginning."""
    total, done, last = _count(app), 0, 0
    following: int | None = 0
    while following is not None:
        progress(done, total, _("計算しています"))
        with transaction.atomic():
            following, count = publishing.recompute(cache.snapshot(app), codes, last)
        done, last = done + count, following or 0
    return {
        "url": reverse("records:list", args=[app]),
        "message": _("%(n)s件を計算し直しました。") % {"n": f"{done:,}"},
    }


@job(retries=3, label=gettext_lazy("ルックアップの写し直し"))
def resync_app(*, actor_id: int | None, app: str, field: str) -> dict[str, Any]:
    """Copy a lookup's fields again for every record, frozen ones too, as far as the person may see the source."""
    actor = _actor(actor_id)
    total, done, last, changed = _count(app), 0, 0, 0
    following: int | None = 0
    while following is not None:
        progress(done, total, _("写しています"))
        with transaction.atomic():
            following, count, moved = syncing.resync(cache.snapshot(app), actor, field, last)
        done, last, changed = done + count, following or 0, changed + moved
    return {
        "url": reverse("records:list", args=[app]),
        "message": _("%(n)s件が変わりました。") % {"n": f"{changed:,}"},
    }


def _actor(actor_id: int | None) -> Actor:
    user = User.objects.filter(pk=actor_id, is_active=True).first() if actor_id is not None else None
    return people.actor_for(user) if user else system("lookup")
