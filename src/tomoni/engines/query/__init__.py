"""The query language (kintone's): text → syntax tree, with errors that say where. Pure; compiled to SQL by records."""

from tomoni.engines.query.errors import MESSAGES, QueryError
from tomoni.engines.query.evaluate import Subject, holds
from tomoni.engines.query.parse import parse
from tomoni.engines.query.periods import FUNCTIONS, Instant, Span, resolve
from tomoni.engines.query.tree import And, Call, Condition, Number, Or, Query, Sort, Text

__all__ = [
    "FUNCTIONS",
    "MESSAGES",
    "And",
    "Call",
    "Condition",
    "Instant",
    "Number",
    "Or",
    "Query",
    "QueryError",
    "Sort",
    "Span",
    "Subject",
    "Text",
    "holds",
    "parse",
    "resolve",
]
