"""From an event to runs: which rules it concerns, whether the record fits, what was done, and why not."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tomoni.automation import registry
from tomoni.automation.kinds.base import Context, Failed
from tomoni.automation.models import Rule, Run
from tomoni.automation.rules import RuleSpec
from tomoni.core import clock
from tomoni.core.actor import Actor, system
from tomoni.core.errors import Forbidden, NotFound, TomoniError
from tomoni.records import facade as records

log = logging.getLogger("tomoni.automation")
EVENTS = {"record.created": "created", "record.updated": "updated", "record.state_changed": "state_changed"}
MAX_DEPTH = 5
KEPT = ("from", "to", "action", "revision", "actor", "fields")
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
    trigger = EVENTS.get(event.kind)
    app = str(event.payload.get("app", ""))
    rules = (
        list(Rule.objects.filter(app_code=app, enabled=True, deleted_at=None, trigger=trigger))
        if trigger
        else []
    )
    if not rules:
        return 0
    try:
        schema = records.schema(code=app)
    except NotFound:
        return 0
    written, broken = 0, None
    for rule in rules:
        if not concerns(rule.spec, schema, trigger or "", event.payload):
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
        run.outcome, run.reason = _run(rule, schema, payload, chain)
        run.at, run.seen_at = clock.now(), None
        run.reason = run.reason[:500]
        run.save()
    return 1


def _run(rule: Rule, schema: Any, payload: Mapping[str, Any], chain: tuple[int, ...]) -> tuple[str, str]:
    """Outcome and reason. What fails for a reason is undone up to here and not tried again by itself."""
    try:
        with transaction.atomic():
            return _perform(rule, schema, payload, chain)
    except Failed as error:
        return Run.Outcome.FAILED, str(error)
    except NotFound:
        return Run.Outcome.FAILED, _("記録が見つかりません（削除されました）。")
    except Forbidden:
        return Run.Outcome.FAILED, _("この処理を行う権限がありません。")
    except TomoniError as error:
        return Run.Outcome.FAILED, _reason(error)


def _perform(rule: Rule, schema: Any, payload: Mapping[str, Any], chain: tuple[int, ...]) -> tuple[str, str]:
    number = int(payload["record"])
    record = fitting(rule.app_code, number, rule.when)
    met = record is not None
    if record is None:
        record = records.get(actor=READER, app=rule.app_code, record=number)
    actions = rule.actions if met else rule.otherwise
    if not actions:
        return Run.Outcome.NOT_MET, _("条件に合いませんでした。") if not met else _("動作がありません。")
    if rule.pk in chain or len(chain) >= MAX_DEPTH:
        return Run.Outcome.LOOP, _("自動処理が自動処理を呼び続けるため、ここで止めました。")
    context = Context(schema, record, actor_of((*chain, rule.pk)), rule.pk, rule.name, payload)
    told = []
    for data in actions:
        kind = registry.KINDS.get(data.get("kind", ""))
        if kind is None:
            raise Failed(_("動作の種類「%(kind)s」はありません。") % {"kind": data.get("kind", "")})
        told.append(kind.run(context, data))
    return (Run.Outcome.RAN if met else Run.Outcome.OTHERWISE), " ".join(told)


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
