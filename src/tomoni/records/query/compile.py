"""Query language → conditions on the run-time model, with the reader's identity filled in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q

from tomoni.core.actor import Actor
from tomoni.engines.query import And, Condition, Or, Query, QueryError, parse
from tomoni.engines.query.tree import Node
from tomoni.records import fieldtypes
from tomoni.records.ddl import names
from tomoni.records.query import inside
from tomoni.records.query.errors import BadQuery
from tomoni.records.query.operators import Asked, build
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

OPERATORS = ("=", "!=", ">", "<", ">=", "<=", "in", "not in", "like", "not like", "is empty", "is not empty")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the order: a column, and its direction."""

    column: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query ready for the database."""

    where: Q
    order: tuple[Key, ...]
    limit: int | None
    offset: int


def compile_query(text: str, schema: AppSchema, actor: Actor) -> Compiled:
    """Compile a whole query; raises `BadQuery` (422) with line and column."""
    try:
        query = parse(text)
        return Compiled(
            where=_where(query, schema, actor),
            order=_order(query, schema),
            limit=query.limit,
            offset=query.offset or 0,
        )
    except QueryError as error:
        raise BadQuery(error) from None


def condition(text: str, schema: AppSchema, actor: Actor) -> Q:
    """Compile a query that may hold conditions only (rules, process conditions)."""
    try:
        query = parse(text)
        if query.order or query.limit is not None or query.offset is not None:
            raise QueryError("only_condition")
        return _where(query, schema, actor)
    except QueryError as error:
        raise BadQuery(error) from None


def node_condition(node: Node, schema: AppSchema, actor: Actor) -> Q:
    """Compile a part of a syntax tree; raises `QueryError`."""
    return _node(node, schema, actor)


def key_column(field: FieldSpec) -> str:
    """The column by which a field is compared and sorted."""
    kind = fieldtypes.get(field.type)
    if kind.storage == "system":
        return kind.column
    return names.column(field.id or 0, kind.key_part)


def _where(query: Query, schema: AppSchema, actor: Actor) -> Q:
    return Q() if query.where is None else _node(query.where, schema, actor)


def _node(node: Any, schema: AppSchema, actor: Actor) -> Q:
    if isinstance(node, And | Or):
        parts = [_node(part, schema, actor) for part in node.parts]
        return reduce(and_ if isinstance(node, And) else or_, parts)
    return _condition(node, schema, actor)


def _condition(node: Condition, schema: AppSchema, actor: Actor) -> Q:
    field = schema.by_code.get(node.field)
    if field is None:
        raise QueryError("field", node.line, node.column, found=node.field)
    kind = fieldtypes.get(field.type)
    if node.operator not in kind.operators:
        usable = [op for op in OPERATORS if op in kind.operators]
        raise QueryError(
            "operator", node.line, node.column, field=node.field, found=node.operator, expected=usable
        )
    asked = Asked(node=node, schema=schema, field=field, kind=kind, actor=actor, column=key_column(field))
    found = inside.holds(asked) if field.table or kind.storage == "rows" else build(asked)
    # A field that the reader sees on some records only (`query/sight.py`) answers on these.
    guard: Q | None = getattr(schema, "partial", {}).get(node.field)
    return found if guard is None else found & guard


def _order(query: Query, schema: AppSchema) -> tuple[Key, ...]:
    keys: list[Key] = []
    for sort in query.order:
        field = schema.by_code.get(sort.field)
        if field is None:
            raise QueryError("field", sort.line, sort.column, found=sort.field)
        partly = sort.field in getattr(schema, "partial", {})
        if field.table or partly or not fieldtypes.get(field.type).sortable:
            raise QueryError("sort", sort.line, sort.column, found=sort.field)
        column = key_column(field)
        if all(column != key.column for key in keys):
            keys.append(Key(column, sort.descending))
        if column == "id":
            break
    if not keys:
        return (Key("id", True),)
    return tuple(keys) if keys[-1].column == "id" else (*keys, Key("id", keys[-1].descending))
