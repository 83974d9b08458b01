"""Tell people about overdue records (督促): once a day a record at most."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records.duty import people
from tomoni.records.duty.deadlines import Late, late_in
from tomoni.records.duty.models import Escalation
from tomoni.records.models import App
from tomoni.records.query import read
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.talk.tell import tell


@action("record_duty.escalate")
def escalate(*, actor: Actor, app: str) -> int:
    """Tell those whom the states of an app name, and the assignees; returns how many records were told about."""
    schema, told = cache.snapshot(app), 0
    late = late_in(schema)
    done = set(
        Escalation.objects.filter(day=clock.today(), stay__in=[i.stay for i in late]).values_list(
            "stay", flat=True
        )
    )
    for item in late:
        if item.stay in done:
            continue
        Escalation.objects.create(stay=item.stay, day=clock.today())
        told += 1 if _tell(schema, item) else 0
    return told


def _tell(schema: AppSchema, item: Late) -> int:
    record = read.one(schema, item.record)
    state = schema.state(item.state)
    whos = [*(state.escalate if state else ()), "assignee"]
    text = _("%(app)s %(number)s番が「%(state)s」の期限を%(days)s日過ぎています。") % {
        "app": schema.name, "number": item.record, "state": item.state, "days": item.days,
    }  # fmt: skip
    found = people.candidates(schema, whos, record)[: people.MOST]
    return len(tell(found, schema, item.record, text))


def apps_with_deadlines() -> list[str]:
    """The codes of the apps in which a state has a deadline."""
    rows = App.objects.filter(deleted_at__isnull=True).values_list("code", "states")
    return [code for code, states in rows if any(s.get("deadline_days") for s in states)]
