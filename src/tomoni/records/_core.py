"""What the engine uses of the core, in one place."""

from __future__ import annotations

import re
import unicodedata

try:
    from tomoni.core.search import fold
except ImportError:

    def fold(text: str) -> str:
        """NFKC, casefold, spaces to one: for comparison and search."""
        return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


try:
    from tomoni.core.outbox import emit
except ImportError:

    def emit(kind: str, payload: dict) -> None:  # type: ignore[type-arg]
        """No outbox yet."""


try:
    from tomoni.core.calendar.parse import try_parse_date
except ImportError:
    from datetime import date

    def try_parse_date(text: str) -> date | None:
        """ISO dates only until the calendar is there."""
        return date.fromisoformat(text)


try:
    from tomoni.core.privacy import find_individual_number
except ImportError:

    def find_individual_number(text: str) -> str | None:
        """No detector yet."""
        return None
