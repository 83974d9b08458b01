"""The dispatcher: delivers events, seals the audit chain, starts periodic jobs, sweeps. One thread a process."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from django.db import close_old_connections, connection

from tomoni.core import audit, clock, throttle
from tomoni.core.jobs import periodic
from tomoni.core.models import Delivery, OutboxEvent
from tomoni.core.outbox import consume, signal
from tomoni.core.web.beat import Beat

log = logging.getLogger("tomoni.dispatcher")
POLL_SECONDS = 1.0
SWEEP_SECONDS = 60.0
KEEP_EVENTS = timedelta(days=90)


def run(stop: threading.Event) -> None:
    """Work until `stop` is set. Errors of the database are logged and waited out, never fatal."""
    beat = Beat("dispatcher")
    swept = 0.0
    pause = POLL_SECONDS
    try:
        while not stop.is_set():
            try:
                close_old_connections()
                beat.tick()
                turn()
                if time.monotonic() - swept > SWEEP_SECONDS:
                    sweep()
                    swept = time.monotonic()
                pause = POLL_SECONDS
            except Exception:
                log.exception("dispatcher turn failed")
                connection.close()
                pause = min(30.0, pause * 2)
                stop.wait(pause)
                continue
            signal.wait(pause)
    finally:
        beat.end()
        connection.close()


def turn() -> int:
    """One round: seal, deliver, start what is due; returns deliveries attempted."""
    audit.seal()
    handled = consume.drain(limit=200)
    periodic.start_due()
    return handled


def sweep() -> None:
    """Remove what has expired: throttle counters, cache rows, events long delivered."""
    throttle.sweep()
    old = OutboxEvent.objects.filter(created_at__lt=clock.now() - KEEP_EVENTS).exclude(
        deliveries__state__in=[Delivery.State.WAITING, Delivery.State.DEAD]
    )
    OutboxEvent.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:500])).delete()
