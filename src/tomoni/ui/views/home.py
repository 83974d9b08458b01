"""The two homes: 今日 for staff, 「どのようなご用件ですか」 for residents."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tomoni.core import clock, registry
from tomoni.core.actor import Actor

SEEN_KEY, SEEN_SINCE_KEY = "home_seen_at", "home_seen_since"
MANY = 50


def home(request: HttpRequest) -> HttpResponse:
    """Staff see what waits for them; everyone else sees what they can do here."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_staff:
        return today(request, actor)
    things = [thing for source in registry.RESIDENT_HOME for thing in islice(source(), 20)]
    return render(request, "ui/home_resident.html", {"things": things[:5], "more": things[5:]})


def today(request: HttpRequest, actor: Actor) -> HttpResponse:
    """今日: what is late, what waits, what changed since the last visit, the section's week."""
    moment = clock.now()
    waiting = sorted(
        (w for source in registry.TODAY for w in islice(source(actor), MANY)),
        key=lambda w: (w.due is None, w.due or moment),
    )
    late = [w for w in waiting if w.state == "late" or (w.due is not None and w.due < moment)]
    rest = [w for w in waiting if w not in late]
    since = _since(request, moment)
    changes = sorted(
        (c for source in registry.CHANGES for c in islice(source(actor, since), MANY)),
        key=lambda c: c.at,
        reverse=True,
    )
    audiences = ["town", "section"] if actor.roles & {"dx", "manager", "admin"} else ["section"]
    figures = [f for a in audiences for source in registry.FIGURES[a] if (f := source(actor)) is not None]
    context = {
        "late": late,
        "waiting": rest,
        "total": len(waiting),
        "first": (late + rest)[0] if waiting else None,
        "changes": changes[:8],
        "since": since,
        "figures": figures,
        "now": moment,
    }
    return render(request, "ui/home_staff.html", context)


def _since(request: HttpRequest, moment: datetime) -> datetime:
    """The last visit before this one; reloads within half an hour count as the same visit."""
    session = request.session
    seen = session.get(SEEN_KEY)
    if seen is None:
        session[SEEN_SINCE_KEY] = (moment - timedelta(days=7)).isoformat()
    elif moment - datetime.fromisoformat(seen) > timedelta(minutes=30):
        session[SEEN_SINCE_KEY] = seen
    if seen is None or moment - datetime.fromisoformat(seen) > timedelta(minutes=1):
        session[SEEN_KEY] = moment.isoformat()
    return datetime.fromisoformat(session[SEEN_SINCE_KEY])
