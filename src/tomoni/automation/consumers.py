"""Automation listens to the outbox."""

from __future__ import annotations

from tomoni.automation import engine, webhook
from tomoni.automation.models import Rule
from tomoni.core import outbox


@outbox.consumer("record.*", name="automation", atomic=False)
def on_record(event: outbox.Event) -> None:
    """Every change of a record. Each rule commits by itself with its log entry, so repeating an event does nothing new."""
    engine.handle(event)


@outbox.consumer("comment.added", name="automation.comments", atomic=False)
def on_comment(event: outbox.Event) -> None:
    """A comment on a record."""
    engine.handle(event)


@outbox.consumer(engine.DUE, name="automation.due", atomic=False)
def on_due(event: outbox.Event) -> None:
    """A rule is due for a record: by the clock, or since it was imported."""
    engine.handle(event)


@outbox.consumer("record.imported", name="automation.imports")
def on_import(event: outbox.Event) -> None:
    """Records that came by a file: the rules that want these too are due for each of them."""
    payload = event.payload
    rules = Rule.objects.filter(
        app_code=payload["app"], enabled=True, deleted_at=None, trigger="created", on_import=True
    )
    for rule in rules:
        for number in payload["records"]:
            outbox.emit(
                engine.DUE,
                {"app": payload["app"], "rule": rule.pk, "record": number, "actor": payload.get("actor", "")},
            )


@outbox.consumer(webhook.SEND, name="automation.webhook", atomic=False, lease_seconds=60)
def on_webhook(event: outbox.Event) -> None:
    """A signed message to another system leaves; it is tried again when the other side does not answer."""
    webhook.deliver(event)
