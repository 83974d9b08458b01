"""Forgetting who worked: after three months only the number of staff a month is left."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.records.worktime.models import Hand, MonthKey, Presence, StaffCount, Tap
from tomoni.records.worktime.pseudonym import month_of, oldest_kept

ALL, NO_STATE = "", "-"


@action("worktime.forget")
def forget(*, actor: Actor) -> dict[str, int]:
    """Fold pseudonyms of old months into counts, delete them and their keys; delete presences of yesterday."""
    if actor.kind != "system":
        raise Forbidden("worktime.forget")
    limit = oldest_kept(clock.today())
    seen: dict[tuple[int, str, str], set[str]] = defaultdict(set)
    hands = Hand.objects.filter(day__lt=limit)
    taps = Tap.objects.filter(day__lt=limit).exclude(pseudonym="")
    rows = list(hands.values_list("app_id", "state", "day", "pseudonym"))
    rows += taps.filter(undone_at=None).values_list("app_id", "state", "day", "pseudonym")
    for app_id, state, day, pseudonym in rows:
        for name in (ALL, state or NO_STATE):
            seen[app_id, name, month_of(day)].add(pseudonym)
    StaffCount.objects.bulk_create(
        [
            StaffCount(app_id=a, state=s, month=m, staff=len(people))
            for (a, s, m), people in sorted(seen.items())
        ],
        update_conflicts=True,
        unique_fields=["app", "state", "month"],
        update_fields=["staff"],
    )
    gone, _per = hands.delete()
    blanked = taps.update(pseudonym="")
    MonthKey.objects.filter(month__lt=month_of(limit)).delete()
    Presence.objects.filter(last_at__lt=clock.now() - timedelta(days=1)).delete()
    return {"hands": gone, "taps": blanked, "months": len({m for _a, _s, m in seen})}
