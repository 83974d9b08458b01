"""Delivering events: claim with a lease, run the consumer, mark done in the same transaction, else retry."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F

from tomoni.core import clock
from tomoni.core.context import request_id
from tomoni.core.models import Delivery
from tomoni.core.outbox.registry import CONSUMERS, Consumer, names
from tomoni.core.privacy import mask
from tomoni.core.unit import unit

log = logging.getLogger("tomoni.outbox")
BATCH = 20
MAX_ATTEMPTS = 12
FRESH = 0.9
"""The share of a lease that must be left for an effect to begin without renewing it."""
Taker = TypeVar("Taker", bound=Callable[[Any], object])


@dataclass(frozen=True, slots=True)
class Event:
    """An event as a consumer sees it. `id` is the key of idempotency; `final`: no attempt follows this one."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime
    attempt: int = 1
    final: bool = False


class Dead(Exception):
    """Raised by a consumer: never try this event again (dead letter)."""


class LeaseLost(Exception):
    """Somebody else took the delivery over; what we did is rolled back."""


def consumer(
    pattern: str, *, name: str, atomic: bool = True, max_attempts: int = MAX_ATTEMPTS, lease_seconds: int = 60
) -> Callable[[Taker], Taker]:
    """Register `f(event)` for kinds matching `pattern` (wildcards allowed), in `AppConfig.ready`'s imports.

    With `atomic` (the rule) its writes and the mark "done" commit together. `atomic=False` is for
    effects outside the database (SMTP, HTTP): they run outside a transaction and may happen again
    after a crash, so they must recognise `event.id`. `lease_seconds` must be longer than one effect may
    take: after a `kill -9` the event is tried again when it has passed.
    """

    def register(function: Taker) -> Taker:
        CONSUMERS[name] = Consumer(
            name, pattern, function, atomic, max_attempts, timedelta(seconds=lease_seconds)
        )
        return function

    return register


def drain(*, limit: int = 100_000, atomic: bool | None = None) -> int:
    """Deliver everything that is due now, including what consumers emit; returns deliveries attempted.

    `atomic` narrows it to consumers inside (True) or outside (False) the database.
    """
    handled = 0
    while handled < limit:
        claimed = claim(min(BATCH, limit - handled), names(atomic=atomic))
        if not claimed:
            break
        for delivery in claimed:
            deliver(delivery)
        handled += len(claimed)
    return handled


def claim(limit: int = BATCH, consumers: list[str] | None = None) -> list[Delivery]:
    """Take due deliveries: until `next_at` (the lease) passes, nobody else will take them."""
    now = clock.now()
    wanted = names() if consumers is None else consumers
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now, consumer__in=wanted)
    if not due.exists():
        return []
    lease = uuid.uuid4().hex
    with transaction.atomic():
        locked = due.select_related("event").select_for_update(skip_locked=True, of=("self",))
        rows = list(locked.order_by("next_at", "pk")[:limit])
        by_length: dict[timedelta, list[Delivery]] = {}
        for row in rows:
            by_length.setdefault(CONSUMERS[row.consumer].lease, []).append(row)
            row.attempts += 1
            row.lease = lease
            row.next_at = now + CONSUMERS[row.consumer].lease
        for length, held in by_length.items():
            Delivery.objects.filter(pk__in=[r.pk for r in held]).update(
                attempts=F("attempts") + 1, lease=lease, next_at=now + length
            )
    return sorted(rows, key=lambda row: row.pk)


def deliver(delivery: Delivery) -> bool:
    """Run one claimed delivery; returns whether it is done."""
    taker = CONSUMERS[delivery.consumer]
    source = delivery.event
    event = Event(
        source.pk,
        source.kind,
        source.payload,
        source.created_at,
        delivery.attempts,
        delivery.attempts >= taker.max_attempts,
    )
    token = request_id.set(source.request_id or f"event-{source.pk}")
    try:
        if delivery.attempts > taker.max_attempts:
            raise Dead("gave up after crashes")
        with unit():
            _run(taker, event, delivery)
        return True
    except LeaseLost:
        log.warning("lease lost", extra={"delivery": delivery.pk, "consumer": taker.name})
    except Dead as error:
        _fail(delivery, error, dead=True)
    except Exception as error:
        log.exception("delivery failed", extra={"delivery": delivery.pk, "consumer": taker.name})
        _fail(delivery, error, dead=event.final)
    finally:
        request_id.reset(token)
    return False


def _run(taker: Consumer, event: Event, delivery: Delivery) -> None:
    if not taker.atomic:
        _extend(taker, delivery)
        taker.function(event)
        _done(delivery)
        return
    with transaction.atomic():
        # The mark comes first: it takes the row lock, so a second holder waits instead of working in vain.
        _done(delivery)
        taker.function(event)


def _extend(taker: Consumer, delivery: Delivery) -> None:
    """Others of the same batch may have taken long: begin the lease anew, unless it is already lost.

    While most of the lease is left nobody else can have taken it, and there is nothing to write.
    """
    if delivery.next_at - clock.now() >= taker.lease * FRESH:
        return
    held = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease, state=Delivery.State.WAITING)
    if not held.update(next_at=clock.now() + taker.lease):
        raise LeaseLost


def _done(delivery: Delivery) -> None:
    marked = Delivery.objects.filter(
        pk=delivery.pk, lease=delivery.lease, state=Delivery.State.WAITING
    ).update(state=Delivery.State.DONE, done_at=clock.now(), last_error="")
    if not marked:
        raise LeaseLost


def _fail(delivery: Delivery, error: BaseException, *, dead: bool) -> None:
    Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease).update(
        state=Delivery.State.DEAD if dead else Delivery.State.WAITING,
        next_at=clock.now() + backoff(delivery.attempts),
        last_error=mask(f"{type(error).__name__}: {error}")[:500],
    )


def backoff(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s … at most an hour; spread by the attempt, not by chance, so that tests can tell."""
    return timedelta(seconds=min(3600, 5 * 2 ** max(0, attempts - 1)))


def revive(kind: str, payload: Mapping[str, Any], consumer_name: str) -> bool:
    """Make deliveries of an event due again, with fresh attempts; inside a transaction. False when none is left."""
    found = Delivery.objects.filter(
        consumer=consumer_name,
        event__kind=kind,
        state__in=[Delivery.State.WAITING, Delivery.State.DEAD],
        **{f"event__payload__{key}": value for key, value in payload.items()},
    )
    return bool(found.update(state=Delivery.State.WAITING, attempts=0, lease="", next_at=clock.now()))
