"""Start the rules that go by the clock: one event for each record that is due, so that the outbox sees each through."""

from __future__ import annotations

from datetime import datetime

from tomoni.automation import engine, timing
from tomoni.automation.models import Rule
from tomoni.core import audit, calendar, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.records import facade as records

BY_CLOCK = ("schedule", "relative")
MOST = 5_000
DUE = "automation.due"


@action("automation.fire_rules", right="automation.purge")
def fire_rules(*, actor: Actor) -> int:
    """Send the events of every rule that is due; what was missed is made up for once. Returns how many events."""
    if actor.kind != "system":
        raise Forbidden("automation.fire_rules")
    now, sent = clock.local_now(), 0
    rules = Rule.objects.select_for_update().filter(enabled=True, deleted_at=None, trigger__in=BY_CLOCK)
    for rule in rules:
        since = (rule.fired_at or rule.created_at).astimezone(clock.TOKYO)
        due = timing.moments(rule.timing, since, now, calendar.is_business_day)
        if not due:
            continue
        Rule.objects.filter(pk=rule.pk).update(fired_at=now)
        for moment in due if rule.trigger == "relative" else due[-1:]:
            sent += _fire(rule, moment)
    return sent


def _fire(rule: Rule, moment: datetime) -> int:
    payload = {"app": rule.app_code, "rule": rule.pk, "due": moment.isoformat(timespec="minutes")}
    if rule.timing.get("once"):
        outbox.emit(DUE, {**payload, "record": 0})
        return 1
    try:
        numbers = records.ids(actor=engine.READER, app=rule.app_code, query=due_query(rule, moment))
    except (Invalid, NotFound):
        return 0
    for number in numbers[:MOST]:
        outbox.emit(DUE, {**payload, "record": number})
    if len(numbers) > MOST:
        audit.record(
            actor=engine.READER,
            verb="automation.too_many",
            target=f"rule:{rule.pk}",
            fields={"count": len(numbers)},
        )
    return len(numbers[:MOST])


def due_query(rule: Rule, moment: datetime) -> str:
    """The records that a rule by the clock goes through at a moment."""
    parts = [f"({rule.when})"] if rule.when.strip() else []
    if rule.trigger == "relative":
        days = timing.target_days(rule.timing, moment, calendar.is_business_day)
        parts.append("(" + " or ".join(f'{rule.timing["field"]} = "{day.isoformat()}"' for day in days) + ")")
    return " and ".join(parts)
