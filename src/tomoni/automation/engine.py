"""From an event to runs: which rules it concerns, whether the record fits, what was done, and why not."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.automation import registry
from tomoni.automation.kinds.base import Context, Failed
from tomoni.automation.models import Rule, Run
from tomoni.automation.rules import RuleSpec
from tomoni.core import clock, notices
from tomoni.core.actor import Actor, system
from tomoni.core.errors import Forbidden, NotFound, TomoniError
from tomoni.records import facade as records

log = logging.getLogger("tomoni.automation")
EVENTS = {
    "record.created": "created",
    "record.updated": "updated",
    "record.state_changed": "state_changed",
    "comment.added": "comment",
}
DUE = "automation.due"
REPEATED = 3
MAX_DEPTH = 5
KEPT = ("from", "to", "action", "revision", "actor", "fields", "due")
_CHAIN = re.compile(r"system:automation:(\d+(?:\.\d+)*)\Z")
READER = system("automation")


def chain_of(actor_ref: str) -> tuple[int, ...]:
    """The rules that led to an event, oldest first: `system:automation:3.7` → (3, 7)."""
    found = _CHAIN.match(actor_ref or "")
    return tuple(int(n) for n in found.group(1).split(".")) if found else ()


def actor_of(chain: tuple[int, ...]) -> Actor:
    """The system acting for a rule; its reference carries the chain, so that loops are seen."""
    return system("automation:" + ".".join(map(str, chain)))


def handle(event: Any) -> int:
    """Run every rule that a record event concerns; returns how many runs were written.

    Each rule has its own transaction with its `Run` (unique by rule and event), so that an event delivered twice does
    nothing the second time. An unexpected error is logged as failed and raised at the end: the outbox tries again.
    """
    app = str(event.payload.get("app", ""))
    rules = _rules(event.kind, app, event.payload)
    if not rules:
        return 0
    try:
        schema = records.schema(code=app)
    except NotFound:
        return 0
    written, broken = 0, None
    for rule in rules:
        if event.kind != DUE and not concerns(rule.spec, schema, rule.trigger, event.payload):
            continue
        try:
            written += attempt(rule, schema, event.id, event.payload)
        except Exception as error:
            log.exception("rule failed", extra={"rule": rule.pk, "event": event.id})
            note_failure(
                rule,
                event.id,
                event.payload,
                _("思いがけない誤り（%(kind)s）") % {"kind": type(error).__name__},
            )
            broken = error
    if broken is not None:
        raise broken
    return written


def _rules(kind: str, app: str, payload: Mapping[str, Any]) -> list[Rule]:
    """The rules that an event may be for: of the app by trigger, or the one that is due by the clock."""
    rules = Rule.objects.filter(app_code=app, enabled=True, deleted_at=None)
    if kind == DUE:
        return list(rules.filter(pk=payload.get("rule") or 0))
    trigger = EVENTS.get(kind)
    triggers = [trigger, "form"] if trigger == "created" and payload.get("source") == "form" else [trigger]
    return list(rules.filter(trigger__in=triggers)) if trigger else []


def concerns(spec: RuleSpec, schema: Any, trigger: str, payload: Mapping[str, Any]) -> bool:
    """Whether the event is the rule's: trigger, states, changed fields as the event names them."""
    changed = None
    if trigger == "updated" and spec.fields:
        named = payload.get("fields")
        changed = frozenset(map(str, named)) if isinstance(named, list) else None
    return spec.concerns(trigger, str(payload.get("from") or ""), str(payload.get("to") or ""), changed)


def attempt(
    rule: Rule, schema: Any, event_id: int, payload: Mapping[str, Any], *, again: bool = False
) -> int:
    """One rule, one event, one transaction. `again` repeats a failed run on purpose."""
    chain = chain_of(str(payload.get("actor", "")))
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(rule=rule, event=event_id).first()
        if run is not None and not (again or run.outcome == Run.Outcome.FAILED):
            return 0
        if run is None:
            # Unique by rule and event: of two at the same moment one is undone as a whole, and finds this row next time.
            kept = {k: payload[k] for k in KEPT if k in payload}
            run = Run(
                rule=rule, event=event_id, app_code=rule.app_code, record=int(payload["record"]), payload=kept
            )
        else:
            run.attempts += 1
        run.at, run.seen_at, run.outcome = clock.now(), None, Run.Outcome.FAILED
        run.save()  # what is sent outside names this row, should it not arrive
        run.outcome, run.reason = _run(rule, schema, payload, chain, run.pk)
        run.reason = run.reason[:500]
        run.save()
        _tell_of_failures(rule, schema, run)
    return 1


def _tell_of_failures(rule: Rule, schema: Any, run: Run) -> None:
    """Tell owner and deputy once when a rule fails again and again; a run that works ends the matter."""
    if run.outcome != Run.Outcome.FAILED:
        if rule.told_at is not None and run.outcome in (Run.Outcome.RAN, Run.Outcome.OTHERWISE):
            Rule.objects.filter(pk=rule.pk).update(told_at=None)
        return
    acted = Run.objects.filter(rule=rule).exclude(outcome=Run.Outcome.NOT_MET).order_by("-at", "-pk")
    last = list(acted.values_list("outcome", flat=True)[:REPEATED])
    if rule.told_at is not None or last != [Run.Outcome.FAILED] * REPEATED:
        return
    Rule.objects.filter(pk=rule.pk).update(told_at=clock.now())
    text = _("「%(app)s」の自動処理「%(rule)s」が%(n)s回続けて失敗しました。") % {
        "app": schema.name[:60],
        "rule": rule.name[:60],
        "n": REPEATED,
    }
    told = [i for i in (schema.owner_id, schema.deputy_id) if i is not None]
    notices.notify_many(user_ids=told, text=text, url=reverse("automation:log", args=[rule.app_code]))


def _run(
    rule: Rule, schema: Any, payload: Mapping[str, Any], chain: tuple[int, ...], run_id: int
) -> tuple[str, str]:
    """Outcome and reason. What fails for a reason is undone up to here and not tried again by itself."""
    try:
        with transaction.atomic():
            return _perform(rule, schema, payload, chain, run_id)
    except Failed as error:
        return Run.Outcome.FAILED, str(error)
    except NotFound:
        return Run.Outcome.FAILED, _("記録が見つかりません（削除されました）。")
    except Forbidden:
        return Run.Outcome.FAILED, _("この処理を行う権限がありません。")
    except TomoniError as error:
        return Run.Outcome.FAILED, _reason(error)


def _perform(
    rule: Rule, schema: Any, payload: Mapping[str, Any], chain: tuple[int, ...], run_id: int
) -> tuple[str, str]:
    number = int(payload["record"])
    record = fitting(rule.app_code, number, rule.when) if number else None
    met = record is not None or not number
    if record is None and number:
        record = records.get(actor=READER, app=rule.app_code, record=number)
    actions = rule.actions if met else rule.otherwise
    if not actions:
        return Run.Outcome.NOT_MET, _("条件に合いませんでした。") if not met else _("動作がありません。")
    if rule.pk in chain or len(chain) >= MAX_DEPTH:
        return Run.Outcome.LOOP, _loop(rule, chain)
    context = Context(schema, record, actor_of((*chain, rule.pk)), rule.pk, rule.name, payload, run_id)
    told = []
    for data in actions:
        kind = registry.KINDS.get(data.get("kind", ""))
        if kind is None:
            raise Failed(_("動作の種類「%(kind)s」はありません。") % {"kind": data.get("kind", "")})
        told.append(kind.run(context, data))
    return (Run.Outcome.RAN if met else Run.Outcome.OTHERWISE), " ".join(told)


def _loop(rule: Rule, chain: tuple[int, ...]) -> str:
    """Why a run was stopped: the rules that led here, by name, and this one."""
    names = dict(Rule.objects.filter(pk__in=chain).values_list("pk", "name"))
    way = " → ".join(f"「{names.get(pk, pk)}」" for pk in (*chain, rule.pk))
    if rule.pk in chain:
        return _("同じ自動処理に戻ってきたので、ここで止めました（%(way)s）。") % {"way": way}
    return _("自動処理が%(n)s段続いたので、ここで止めました（%(way)s）。") % {"n": len(chain), "way": way}


def fitting(app: str, record: int, when: str) -> Any:
    """The record if it fits the condition now, else None; one read by the one query path.

    A condition is checked alone before it is stored. Without one the record is what counts (`NotFound` if it is gone).
    """
    if not when.strip():
        return records.get(actor=READER, app=app, record=record)
    query = f"$id = {int(record)} and ({when})"
    found = records.find(actor=READER, app=app, query=query, limit=1, count=False).records
    return found[0] if found else None


def _reason(error: TomoniError) -> str:
    """The words of an error: of a refused input the field names and messages."""
    errors = getattr(error, "errors", None)
    if not errors:
        return str(error)
    return " ".join(
        f"{code + ': ' if code else ''}{'、'.join(str(m) for m in ms)}" for code, ms in errors.items()
    )


def note_failure(rule: Rule, event_id: int, payload: Mapping[str, Any], reason: str) -> None:
    """Log an unexpected failure in its own transaction; the next delivery tries again."""
    with transaction.atomic():
        run, created = Run.objects.get_or_create(
            rule=rule,
            event=event_id,
            defaults={
                "app_code": rule.app_code,
                "record": int(payload.get("record", 0)),
                "outcome": Run.Outcome.FAILED,
                "reason": reason[:500],
                "payload": {k: payload[k] for k in KEPT if k in payload},
                "at": clock.now(),
            },
        )
        if not created and run.outcome == Run.Outcome.FAILED:
            run.attempts += 1
            run.reason, run.at = reason[:500], clock.now()
            run.save(update_fields=["attempts", "reason", "at"])
