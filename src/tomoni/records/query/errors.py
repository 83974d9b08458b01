"""A query that cannot be understood, as an error for people."""

from __future__ import annotations

from django.utils.translation import get_language

from tomoni.core.errors import Invalid
from tomoni.engines.query import QueryError


class BadQuery(Invalid):
    """422 with the place: `details` holds `code`, `line`, `column` and `expected` (what could have stood there)."""

    def __init__(self, error: QueryError) -> None:
        self.query_error = error
        super().__init__(
            {"query": [error.message(get_language() or "ja")]},
            code=error.code,
            line=error.line,
            column=error.column,
            expected=list(error.expected),
        )
