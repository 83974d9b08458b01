"""Trying a dead letter of the outbox again."""

from __future__ import annotations

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.core.models import Delivery


@action("core.retry_delivery", right="outbox.view")
def retry_delivery(*, actor: Actor, delivery: int) -> None:
    """Make a dead delivery due again with fresh attempts. Raises `NotFound` when it is not dead (any more)."""
    dead = Delivery.objects.filter(pk=delivery, state=Delivery.State.DEAD)
    if not dead.update(state=Delivery.State.WAITING, attempts=0, lease="", next_at=clock.now()):
        raise NotFound()
    audit.record(actor=actor, verb="outbox.retry", target=f"delivery:{delivery}")
