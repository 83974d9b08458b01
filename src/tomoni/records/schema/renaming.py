"""A state takes another name: every query of a definition that asks for it follows, by the query's tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tomoni.engines.query import And, Condition, Or, QueryError, Text, parse
from tomoni.records.schema.spec import AppSpec

_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
STATUS = "ステータス"


def in_query(text: str, renames: Mapping[str, str]) -> str:
    """A query with the new names of states where it compares the status; all else stays as it was written."""
    if not text.strip():
        return text
    try:
        tree = parse(text).where
    except QueryError:
        return text
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    edits: list[tuple[int, int, str]] = []
    for node in _conditions(tree):
        if node.field != STATUS:
            continue
        at = starts[node.line - 1] + node.column - 1 + len(node.field)
        for value in node.values:
            if not isinstance(value, Text):
                continue
            found = _QUOTED.search(text, at)
            assert found is not None
            at = found.end()
            if value.value in renames:
                edits.append((found.start(), found.end(), _quoted(renames[value.value])))
    for start, end, made in reversed(edits):
        text = text[:start] + made + text[end:]
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _conditions(node: Any) -> Iterator[Condition]:
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _conditions(part)


def renamed(spec: AppSpec, renames: Mapping[str, str]) -> AppSpec:
    """A definition whose views, conditions and rules ask for the states by their new names."""
    if not renames:
        return spec

    def q(text: str) -> str:
        return in_query(text, renames)

    return replace(
        spec,
        fields=tuple(replace(f, visible_if=q(f.visible_if)) for f in spec.fields),
        views=tuple(replace(v, query=q(v.query)) for v in spec.views),
        actions=tuple(replace(a, condition=q(a.condition)) for a in spec.actions),
        record_rule=q(spec.record_rule),
        record_rights=tuple(replace(r, query=q(r.query)) for r in spec.record_rights),
        notices=tuple(replace(n, query=q(n.query)) for n in spec.notices),
    )
