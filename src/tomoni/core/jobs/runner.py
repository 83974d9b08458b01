"""The thread pool that runs jobs, in `serve` and in `tomoni worker`."""

from __future__ import annotations

import logging
import os
import socket
import threading

from django.db import close_old_connections, connection

from tomoni.core.jobs import run as running
from tomoni.core.jobs import signal
from tomoni.core.models import Job

log = logging.getLogger("tomoni.jobs")
POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 8.0


class Runner:
    """`threads` threads that take jobs until `stop` is set, and one that keeps their leases."""

    def __init__(self, stop: threading.Event, threads: int = 2) -> None:
        self.stop = stop
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._leases: set[str] = set()
        self._lock = threading.Lock()
        self.threads = [
            threading.Thread(target=self._work, args=(n,), name=f"job-{n}", daemon=True)
            for n in range(threads)
        ]
        self.threads.append(threading.Thread(target=self._beat, name="job-heartbeat", daemon=True))

    def start(self) -> None:
        """Start the threads."""
        for thread in self.threads:
            thread.start()

    def join(self, timeout: float | None = None) -> None:
        """Wait for running jobs after `stop` was set; what does not end in time is taken up again later."""
        signal.wake()
        for thread in self.threads:
            thread.join(timeout)

    def _work(self, number: int) -> None:
        while not self.stop.is_set():
            try:
                heard = signal.BELL.rings
                close_old_connections()
                row = running.claim(f"{self.name}:{number}")
                if row is None:
                    signal.BELL.wait(heard, POLL_SECONDS)
                    continue
                self._hold(row)
            except Exception:
                log.exception("job thread")
                connection.close()
                self.stop.wait(POLL_SECONDS)
        connection.close()

    def _hold(self, row: Job) -> None:
        with self._lock:
            self._leases.add(row.lease)
        lease = row.lease
        try:
            running.execute(row)
        finally:
            with self._lock:
                self._leases.discard(lease)

    def _beat(self) -> None:
        # Goes on after `stop` as long as a job still runs, so that nobody takes it over meanwhile.
        while not (self.stop.is_set() and not self._leases):
            self.stop.wait(HEARTBEAT_SECONDS if not self.stop.is_set() else 0.2)
            with self._lock:
                leases = set(self._leases)
            if not leases:
                continue
            try:
                close_old_connections()
                running.extend(leases)
            except Exception:
                log.exception("job heartbeat")
                connection.close()
        connection.close()
