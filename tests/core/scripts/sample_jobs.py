"""Jobs for tests with real processes."""

import os
import time
from pathlib import Path

from tomoni.core import jobs


@jobs.job()
def slow(*, log: str, seconds: float) -> dict[str, int]:
    """Writes a line at the start and one at the end of each attempt."""
    note(log, f"start {jobs.attempt()} {os.getpid()}")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.05)
        jobs.check_cancelled()
    note(log, f"end {jobs.attempt()} {os.getpid()}")
    return {"attempt": jobs.attempt()}


@jobs.job()
def count(*, log: str, number: int) -> dict[str, int]:
    """Writes its number."""
    note(log, str(number))
    return {"number": number}


@jobs.periodic(seconds=3600)
@jobs.job()
def hourly() -> dict[str, str]:
    """A periodic job."""
    return {}


def note(log: str, line: str) -> None:
    """Append a line at once."""
    descriptor = os.open(Path(log), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)
