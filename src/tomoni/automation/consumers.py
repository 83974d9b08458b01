"""Automation listens to the outbox."""

from __future__ import annotations

from tomoni.automation import engine
from tomoni.core import outbox


@outbox.consumer("record.*", name="automation", atomic=False)
def on_record(event: outbox.Event) -> None:
    """Every change of a record. Each rule commits by itself with its log entry, so repeating an event does nothing new."""
    engine.handle(event)
