"""Marking notices as read."""

from __future__ import annotations

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.core.models import Notice


@action("core.read_notices")
def read_notices(*, actor: Actor, notice: int | None = None) -> int:
    """Mark one of the actor's own notices, or all of them, as read; returns how many changed."""
    if actor.kind != "user" or actor.id is None:
        raise Forbidden("signed-in")
    mine = Notice.objects.filter(user_id=actor.id, read_at__isnull=True)
    if notice is not None:
        mine = mine.filter(pk=notice)
    return mine.update(read_at=clock.now())
