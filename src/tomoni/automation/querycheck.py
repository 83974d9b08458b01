"""Whether a query text fits an app that may not exist yet (a kit): grammar, fields, conditions only.

What a field can be compared with is checked by the engine itself once the app exists (`records.find`).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import get_language

from tomoni.automation.applike import AppLike
from tomoni.engines.query import And, Condition, Or, QueryError, Sort, parse
from tomoni.records.schema.snapshot import SYSTEM_FIELDS

SYSTEM = frozenset(f.code for f in SYSTEM_FIELDS)


def query_fault(text: str, spec: AppLike, *, condition_only: bool = True) -> str:
    """What is wrong, in words with line and column; empty when it can be used."""
    codes = SYSTEM | {f.code for f in spec.fields if not f.deleted}
    try:
        query = parse(text)
        if condition_only and (query.order or query.limit is not None or query.offset is not None):
            raise QueryError("only_condition")
        nodes: list[Condition | Sort] = [*_conditions(query.where), *query.order]
        for node in nodes:
            if node.field not in codes:
                raise QueryError("field", node.line, node.column, found=node.field)
    except QueryError as error:
        return error.message(get_language() or "ja")
    return ""


def _conditions(node: And | Or | Condition | None) -> Iterator[Condition]:
    if isinstance(node, Condition):
        yield node
    elif node is not None:
        for part in node.parts:
            yield from _conditions(part)
