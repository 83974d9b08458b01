"""What waits on the page 今日: overdue records that are mine, or that I am told of."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, NotFound
from tomoni.core.registry import Waiting
from tomoni.records import rights
from tomoni.records.ddl.tables import ASSIGNEES, tables
from tomoni.records.duty.actions.escalate import apps_with_deadlines
from tomoni.records.duty.deadlines import late_in
from tomoni.records.duty.people import departments_of
from tomoni.records.query.means import Person, either
from tomoni.records.query.reader import reader
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema

MOST = 5


def overdue(actor: Actor) -> Iterator[Waiting]:
    """Overdue records in which the actor is an assignee or named for escalation, five an app."""
    if not actor.is_staff:
        return
    for code in apps_with_deadlines():
        try:
            schema = cache.snapshot(code)
            held = rights.require(actor, schema, "view")
        except (NotFound, Forbidden):
            continue
        for item in late_in(schema, reader(actor, schema, held) & _mine(actor, schema), MOST)[:MOST]:
            number = _("%(app)s　%(number)s番") % {"app": schema.name, "number": item.record}
            yield Waiting(
                title=_("「%(state)s」の期限を%(days)s日過ぎています")
                % {"state": item.state, "days": item.days},
                url=reverse("records:record", args=[code, item.record]),
                note=number,
                state="late",
                state_label=_("期限切れ"),
                verb=_("ひらく"),
            )


def _mine(actor: Actor, schema: AppSchema) -> Q:
    rows = tables(schema).link._default_manager.filter(
        record=OuterRef("pk"), field=ASSIGNEES, number=actor.id
    )
    person = Person(actor, schema)
    found = Q(Exists(rows))
    for state in schema.states:
        person.departments = departments_of(state.escalate)
        meaning = either(person.means(who) for who in state.escalate)
        if meaning is not False:
            here = Q(status=state.name)
            found |= here if meaning is True else here & meaning
    return found
