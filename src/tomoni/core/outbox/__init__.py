"""Transactional outbox: `emit` inside a transaction, consumers get every event at least once, effects exactly once."""

from tomoni.core.outbox.consume import Dead, Event, consumer, drain, revive
from tomoni.core.outbox.emit import emit, emit_many

__all__ = ["Dead", "Event", "consumer", "drain", "emit", "emit_many", "revive"]
