"""Signs of life, so that /readyz knows whether a dispatcher runs, in this process or another."""

from __future__ import annotations

import contextlib
import os
import socket
import time
import uuid
from datetime import timedelta

from tomoni.core import clock
from tomoni.core.models import WorkerBeat

EVERY_SECONDS = 10.0
DEAD_AFTER = timedelta(seconds=45)


class Beat:
    """One running part (`dispatcher`, `jobs`); `tick()` writes at most every ten seconds."""

    def __init__(self, kind: str) -> None:
        self.token, self.kind = uuid.uuid4().hex, kind
        self._last = float("-inf")

    def tick(self) -> None:
        """Say that we live."""
        if time.monotonic() - self._last < EVERY_SECONDS:
            return
        WorkerBeat.objects.update_or_create(
            token=self.token,
            defaults={
                "kind": self.kind,
                "host": socket.gethostname()[:100],
                "pid": os.getpid(),
                "beat_at": clock.now(),
            },
        )
        WorkerBeat.objects.filter(beat_at__lt=clock.now() - timedelta(days=1)).delete()
        self._last = time.monotonic()

    def end(self) -> None:
        """Say good-bye; silent when the database is gone."""
        with contextlib.suppress(Exception):
            WorkerBeat.objects.filter(token=self.token).delete()


def alive(kind: str) -> bool:
    """Whether a part of this kind gave a sign of life lately."""
    return WorkerBeat.objects.filter(kind=kind, beat_at__gte=clock.now() - DEAD_AFTER).exists()
