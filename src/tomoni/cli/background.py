"""The threads beside the server: the dispatcher (outbox, sealer, periodic jobs) and the job threads."""

from __future__ import annotations

import threading
import time

from tomoni.core.jobs.runner import Runner
from tomoni.core.outbox import dispatcher
from tomoni.core.outbox import signal as wake


class Background:
    """Dispatcher and, with `threads` > 0, job threads of this process."""

    def __init__(self, threads: int) -> None:
        self.ended = threading.Event()
        self.dispatcher = threading.Thread(
            target=dispatcher.run, args=(self.ended,), name="dispatcher", daemon=True
        )
        self.jobs = Runner(self.ended, threads) if threads else None

    def start(self) -> Background:
        """Start the threads."""
        self.dispatcher.start()
        if self.jobs:
            self.jobs.start()
        return self

    def stop(self, timeout: float) -> None:
        """Ask them to end and wait that long; jobs that do not end are taken up again by their lease."""
        until = time.monotonic() + timeout
        self.ended.set()
        wake.wake()
        self.dispatcher.join(max(0.1, until - time.monotonic()))
        if self.jobs:
            for thread in self.jobs.threads:
                thread.join(max(0.05, until - time.monotonic()))
