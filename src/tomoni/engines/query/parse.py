"""Text → `Query`, with limits so that a hostile query fails fast."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from tomoni.engines.query.errors import WORDS, QueryError
from tomoni.engines.query.periods import check_call
from tomoni.engines.query.tree import And, Call, Condition, Node, Number, Operand, Or, Query, Sort, Text

MOST_CHARACTERS = 10_000
MOST_DEPTH = 30
MOST_CONDITIONS = 200
MOST_VALUES = 500
MOST_SORTS = 10
MOST_ROWS = 2**31
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)


class _Build(Transformer[Token, Query]):
    """Builds the tree bottom-up while parsing."""

    def _condition(self, name: Token, operator: str, values: tuple[Operand, ...] = ()) -> Condition:
        return Condition(str(name), operator, values, name.line or 1, name.column or 1)

    @v_args(inline=True)
    def compare(self, name: Token, op: Token, value: Operand) -> Condition:
        return self._condition(name, str(op), (value,))

    @v_args(inline=True)
    def among(self, name: Token, _in: Token, values: tuple[Operand, ...]) -> Condition:
        return self._condition(name, "in", values)

    @v_args(inline=True)
    def not_among(self, name: Token, _not: Token, _in: Token, values: tuple[Operand, ...]) -> Condition:
        return self._condition(name, "not in", values)

    @v_args(inline=True)
    def like(self, name: Token, _like: Token, value: Operand) -> Condition:
        return self._condition(name, "like", (value,))

    @v_args(inline=True)
    def not_like(self, name: Token, _not: Token, _like: Token, value: Operand) -> Condition:
        return self._condition(name, "not like", (value,))

    def empty(self, parts: list[Token]) -> Condition:
        return self._condition(parts[0], "is empty")

    def not_empty(self, parts: list[Token]) -> Condition:
        return self._condition(parts[0], "is not empty")

    def operands(self, parts: list[Operand]) -> tuple[Operand, ...]:
        return tuple(parts)

    @v_args(inline=True)
    def text(self, token: Token) -> Text:
        return Text(_ESCAPE.sub(r"\1", str(token)[1:-1]))

    @v_args(inline=True)
    def number(self, token: Token) -> Number:
        if len(token) > 40:
            raise QueryError("number", token.line or 1, token.column or 1, found=token)
        return Number(str(token))

    @v_args(inline=True)
    def call(self, name: Token, args: tuple[str, ...] | None) -> Call:
        made = Call(str(name).upper(), args or ())
        check_call(made, name.line or 1, name.column or 1)
        return made

    def args(self, parts: list[Token]) -> tuple[str, ...]:
        return tuple(str(p).upper() for p in parts)

    def and_(self, parts: list[Node]) -> Node:
        return And(tuple(parts))

    def or_(self, parts: list[Node]) -> Node:
        return Or(tuple(parts))

    @v_args(inline=True)
    def sort(self, name: Token, direction: Token | None) -> Sort:
        return Sort(str(name), str(direction or "").lower() == "desc", name.line or 1, name.column or 1)

    def order(self, parts: list[Sort]) -> tuple[Sort, ...]:
        return tuple(parts)

    def limit(self, parts: list[Token]) -> int:
        return _rows(parts[0])

    def offset(self, parts: list[Token]) -> int:
        return _rows(parts[0])

    @v_args(inline=True)
    def start(self, where: Node | None, order: Any, limit: int | None, offset: int | None) -> Query:
        return Query(where, order or (), limit, offset)


def _rows(token: Token) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", token) or int(token) > MOST_ROWS:
        raise QueryError("number", token.line or 1, token.column or 1, found=token)
    return int(token)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Build(), maybe_placeholders=True)


@lru_cache(maxsize=2048)
def parse(text: str) -> Query:
    """The tree of a query. Raises `QueryError` with the place; never takes more than linear time."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError("too_long", limit=MOST_CHARACTERS)
    _check_depth(text)
    try:
        made: Any = _parser().parse(text)
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    _check_size(made)
    return made


def _check_depth(text: str) -> None:
    bare = _QUOTED.sub(lambda m: " " * len(m[0]), text)
    depth = 0
    for place, character in enumerate(bare):
        if character == "(":
            depth += 1
            if depth > MOST_DEPTH:
                raise QueryError("too_deep", *_place(text, place), limit=MOST_DEPTH)
        elif character == ")":
            depth -= 1


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _unexpected(text: str, error: UnexpectedInput) -> QueryError:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return QueryError(
            "unexpected",
            error.token.line or 1,
            error.token.column or 1,
            found=error.token,
            expected=_expected(error),
        )
    if isinstance(error, UnexpectedCharacters):
        line, column = _place(text, error.pos_in_stream)
        found = text[error.pos_in_stream]
        return QueryError("string" if found == '"' else "character", line, column, found=found)
    return QueryError("unfinished", *_place(text, len(text)), expected=_expected(error))


def _expected(error: UnexpectedInput) -> list[str]:
    """What could have stood there, in the order of `WORDS`; a value is said in one word."""
    found = set(getattr(error, "accepts", None) or ())
    if {"STRING", "NUMBER"} <= found:
        found = found - {"STRING", "NUMBER", "NAME"} | {"VALUE"}
    return [name for name in WORDS if name in found]


def _check_size(query: Query) -> None:
    conditions, waiting = 0, [query.where] if query.where else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, Condition):
            conditions += 1
            if len(node.values) > MOST_VALUES:
                raise QueryError("too_many_values", node.line, node.column, limit=MOST_VALUES)
            if conditions > MOST_CONDITIONS:
                raise QueryError("too_many", node.line, node.column, limit=MOST_CONDITIONS)
        else:
            waiting.extend(node.parts)
    if len(query.order) > MOST_SORTS:
        raise QueryError("too_many", query.order[-1].line, query.order[-1].column, limit=MOST_SORTS)
