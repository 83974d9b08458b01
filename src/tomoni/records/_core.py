"""What the engine uses of the core, in one place."""

from __future__ import annotations

from tomoni.core.calendar.parse import try_parse_date
from tomoni.core.outbox import emit, emit_many
from tomoni.core.privacy import find_individual_number
from tomoni.core.search import fold

__all__ = ["emit", "emit_many", "find_individual_number", "fold", "try_parse_date"]
