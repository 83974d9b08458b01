"""The time that deleted things are kept (ごみ箱の期限): a warning a week before, then they are erased."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core import clock, notices
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.records.actions.empty_trash import days_of, expire_trash, waiting
from tomoni.records.models import App
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.talk.models import Reminded

WARNING = timedelta(days=7)


@action("talk.mind_trash")
def mind_trash(*, actor: Actor) -> int:
    """Go through every app that limits its trash; returns how many records were erased. Only the system."""
    if actor.kind != "system":
        raise Forbidden("talk.mind_trash")
    erased = 0
    for code in App.objects.filter(deleted_at__isnull=True).values_list("code", flat=True):
        schema = cache.snapshot(code)
        if days_of(schema) is not None:
            erased += expire_trash(actor=actor, app=code)
            _warn(schema)
    return erased


def _warn(schema: AppSchema) -> None:
    """Tell owner and deputy once a week what will be gone within seven days."""
    now, days = clock.now(), timedelta(days=days_of(schema) or 0)
    number = waiting(schema, now - days + WARNING).count()
    week = f"trash {clock.today():%G-%V}"
    if not number or Reminded.objects.filter(app_id=schema.id, record=0, key=week).exists():
        return
    Reminded.objects.create(app_id=schema.id, record=0, key=week, at=now)
    notices.notify_many(
        user_ids=[n for n in (schema.owner_id, schema.deputy_id) if n],
        text=_("「%(app)s」のごみ箱の%(n)s件が、7日のうちに完全に消えます。")
        % {"app": schema.name, "n": f"{number:,}"},
        url=reverse("records:trash", args=[schema.code]),
    )
