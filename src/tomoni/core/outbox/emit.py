"""Emitting events in the transaction of the write that causes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from tomoni.core import clock
from tomoni.core.context import request_id
from tomoni.core.models import Delivery, OutboxEvent
from tomoni.core.outbox.registry import consumers_of
from tomoni.core.outbox.signal import wake


def emit(kind: str, payload: Mapping[str, Any]) -> int:
    """Write an event and one delivery for each consumer; returns the event id.

    `payload` holds ids and codes only, JSON-able. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("outbox.emit: call it inside an action's transaction")
    now = clock.now()
    given = request_id.get()
    event = OutboxEvent.objects.create(
        kind=kind, payload=dict(payload), created_at=now, request_id="" if given == "-" else given
    )
    Delivery.objects.bulk_create(
        Delivery(event=event, consumer=consumer.name, next_at=now) for consumer in consumers_of(kind)
    )
    transaction.on_commit(wake, robust=True)
    return event.pk


def emit_many(kind: str, payloads: Sequence[Mapping[str, Any]]) -> None:
    """Write many events of one kind with their deliveries, as `emit` does for one, in few statements."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("outbox.emit_many: call it inside an action's transaction")
    if not payloads:
        return
    now = clock.now()
    given = request_id.get()
    events = OutboxEvent.objects.bulk_create(
        OutboxEvent(
            kind=kind, payload=dict(payload), created_at=now, request_id="" if given == "-" else given
        )
        for payload in payloads
    )
    consumers = consumers_of(kind)
    Delivery.objects.bulk_create(
        Delivery(event=event, consumer=consumer.name, next_at=now)
        for event in events
        for consumer in consumers
    )
    transaction.on_commit(wake, robust=True)
