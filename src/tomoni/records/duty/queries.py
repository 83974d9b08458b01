"""Reads of duty for pages and other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.people.models import Membership
from tomoni.people.queries import valid
from tomoni.records.duty.actions.delegate import MANAGE, may_decide
from tomoni.records.duty.models import Deed, Delegation


@dataclass(frozen=True, slots=True)
class DelegationInfo:
    """A delegation as a page shows it; `until` is the last day."""

    id: int
    user: str
    deputy: str
    apps: tuple[str, ...]
    starts: date
    until: date | None
    reason: str
    running: bool
    may_end: bool


def delegations(actor: Actor) -> list[DelegationInfo]:
    """The delegations that are not over and concern the actor, or that they may decide, by day."""
    day = clock.today()
    rows = Delegation.objects.filter(Q(ends__isnull=True) | Q(ends__gt=day), ended_at__isnull=True)
    if not actor.may(MANAGE):
        led = Membership.objects.filter(valid(day), department_id__in=actor.heads).values("user_id")
        rows = rows.filter(Q(user=actor.id) | Q(deputy=actor.id) | Q(user__in=led))
    found = rows.select_related("user", "deputy").order_by("starts", "pk")
    return [
        DelegationInfo(
            id=d.pk, user=d.user.display_name, deputy=d.deputy.display_name, apps=tuple(d.apps), starts=d.starts,
            until=d.ends - timedelta(days=1) if d.ends else None, reason=d.reason, running=d.starts <= day,
            may_end=actor.id == d.deputy_id or may_decide(actor, d.user_id),
        )
        for d in found
    ]  # fmt: skip


def acted_for(app_id: int, record: int) -> dict[int, int]:
    """By revision the person whose part somebody else acted (代理)."""
    rows = Deed.objects.filter(app_id=app_id, record=record).values_list("revision", "user_id", "by")
    return {revision: user for revision, user, by in rows if user != by}
