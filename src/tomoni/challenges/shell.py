"""What the shell shows of this room: what waits today, what changed, what the search box finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.challenges import queries, story
from tomoni.challenges.access import DECIDE, EDIT
from tomoni.challenges.models import Challenge, Happening
from tomoni.challenges.status import status
from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.registry import Change, Waiting

MANY = 20


def today(actor: Actor) -> Iterator[Waiting]:
    """Challenges that wait for this person: own ones that are due, and for deciders those to decide. One query."""
    if not actor.is_staff or not actor.may(EDIT):
        return
    day = clock.today()
    mine = Q(owner_id=actor.id) & (Q(stage="prepare", due_on__lte=day) | Q(next_on__lte=day))
    if actor.may(DECIDE):
        mine |= queries._waiting(day)
    rows = Challenge.objects.exclude(stage__in=("ended", "done")).filter(mine).select_related("ending")
    for c in rows.order_by("next_on", "pk")[:MANY]:
        now = status(c, day, ending=getattr(c, "ending", None))
        due = datetime.combine(now.due, time(17, 15), clock.TOKYO) if now.due else None
        yield Waiting(
            title=c.title,
            url=reverse("challenges:challenge", args=[c.pk]),
            note=_("取組・%(kind)s") % {"kind": c.get_kind_display()},
            state="late" if now.late else now.tag,
            state_label=now.label,
            due=due,
            verb=_("決める") if now.tag == "wait" else _("進める"),
        )


def changes(actor: Actor, since: datetime) -> Iterator[Change]:
    """What happened in challenges since a time. One query."""
    if not actor.is_staff:
        return
    rows = Happening.objects.filter(at__gt=since).exclude(actor_id=actor.id).select_related("challenge")
    if not actor.may("challenge.edit_all"):
        rows = rows.filter(
            Q(challenge__owner_id=actor.id) | Q(challenge__department_id__in=actor.departments)
        )
    for h in rows[:MANY]:
        sentence = _("取組「%(title)s」: %(what)s") % {
            "title": h.challenge.title,
            "what": story.words(h.kind, h.data),
        }
        yield Change(at=h.at, text=sentence, url=reverse("challenges:challenge", args=[h.challenge_id]))


def search(actor: Actor, asked: str) -> Iterator[tuple[str, str, str]]:
    """Challenges whose title or hypothesis holds the words."""
    if not actor.is_staff:
        return
    for row in queries.challenges(actor=actor, filters=queries.Filters(q=asked[:100]), limit=10).rows:
        yield (
            row.title,
            reverse("challenges:challenge", args=[row.pk]),
            _("取組・%(state)s") % {"state": row.status.label},
        )
