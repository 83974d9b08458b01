"""The dispatcher: delivers events, seals the audit chain, starts periodic jobs, sweeps. One a process.

Two lanes, so that a slow mail server never holds up the audit chain: `inside` works in the database
only, `outside` runs consumers with effects elsewhere (mail, HTTP).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections, connection

from tomoni.core import audit, clock, throttle
from tomoni.core.jobs.periodic import start_due
from tomoni.core.models import CacheRow, Delivery, OutboxEvent
from tomoni.core.outbox import consume, signal
from tomoni.core.web.beat import Beat

log = logging.getLogger("tomoni.dispatcher")
POLL_SECONDS = 1.0
LONGEST_PAUSE = 30.0
SWEEP_SECONDS = 60.0
KEEP_EVENTS = timedelta(days=90)


def run(stop: threading.Event) -> None:
    """Work until `stop` is set. Errors of the database are logged and waited out, never fatal."""
    outside = threading.Thread(target=_lane, args=(stop, _outside), name="dispatcher-outside", daemon=True)
    outside.start()
    beat = Beat("dispatcher")
    swept = 0.0

    def inside() -> None:
        nonlocal swept
        beat.tick()
        turn()
        if time.monotonic() - swept > SWEEP_SECONDS:
            sweep()
            swept = time.monotonic()

    try:
        _lane(stop, inside)
    finally:
        signal.wake()
        beat.end()
        connection.close()
        outside.join(5)


def _lane(stop: threading.Event, work: Callable[[], object]) -> None:
    pause = POLL_SECONDS
    while not stop.is_set():
        heard = signal.BELL.rings
        try:
            close_old_connections()
            work()
            pause = POLL_SECONDS
        except Exception:
            log.exception("dispatcher turn failed")
            connection.close()
            pause = min(LONGEST_PAUSE, pause * 2)
            stop.wait(pause)
            continue
        signal.BELL.wait(heard, pause)
    connection.close()


def turn() -> int:
    """One round inside the database: seal, deliver, start what is due; returns deliveries attempted."""
    audit.seal()
    handled = consume.drain(limit=200, atomic=True)
    start_due()
    return handled


def _outside() -> None:
    consume.drain(limit=200, atomic=False)


def sweep() -> None:
    """Remove what has expired: throttle counters, cache rows, events long delivered."""
    throttle.sweep()
    CacheRow.objects.filter(expires__lt=clock.now()).delete()
    open_states = [Delivery.State.WAITING, Delivery.State.DEAD]
    old = OutboxEvent.objects.filter(created_at__lt=clock.now() - KEEP_EVENTS).exclude(
        deliveries__state__in=open_states
    )
    OutboxEvent.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:500])).delete()
