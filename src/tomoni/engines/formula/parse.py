"""Text → tree, with limits so that a hostile formula fails fast."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken

from tomoni.engines.formula.errors import FormulaError
from tomoni.engines.formula.tree import Call, Chain, Compare, Field, Node, Number, Sign, Text, walk

MOST_CHARACTERS = 10_000
MOST_DEPTH = 30
MOST_NODES = 1_000
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_SIGNS = re.compile(r"[+\-\s]{31,}")
_EXPECTED = {
    "NUMBER": "value", "STRING": "value", "NAME": "value", "COMPARE": "operator", "MUL": "operator", "POW": "operator",
    "AND": "operator", "RPAR": "close", "COMMA": "comma", "$END": "end",
}  # fmt: skip


def _at(token: Token) -> tuple[int, int]:
    return token.line or 1, token.column or 1


class _Build(Transformer[Token, Node]):
    """Builds the tree bottom-up while parsing."""

    @v_args(inline=True)
    def start(self, node: Node) -> Node:
        return node

    @v_args(inline=True)
    def number(self, token: Token) -> Node:
        if len(token) > 40:
            return Number(*_at(token), Decimal("NaN"))
        return Number(*_at(token), Decimal(str(token)))

    @v_args(inline=True)
    def text(self, token: Token) -> Node:
        return Text(*_at(token), _ESCAPE.sub(r"\1", str(token)[1:-1]))

    @v_args(inline=True)
    def field(self, token: Token) -> Node:
        return Field(*_at(token), str(token))

    @v_args(inline=True)
    def call(self, name: Token, args: tuple[Node, ...] | None) -> Node:
        return Call(*_at(name), str(name).upper(), args or ())

    def args(self, parts: list[Node]) -> tuple[Node, ...]:
        return tuple(parts)

    @v_args(inline=True)
    def sign(self, token: Token, of: Node) -> Node:
        return Sign(*_at(token), str(token), of)

    def chain(self, parts: list[Any]) -> Node:
        if len(parts) == 1:
            return parts[0]
        first: Node = parts[0]
        rest = tuple((str(op), node) for op, node in zip(parts[1::2], parts[2::2], strict=True))
        return Chain(*_at(parts[1]), first, rest)

    @v_args(inline=True)
    def compare(self, left: Node, operator: Token | None, right: Node | None) -> Node:
        if operator is None or right is None:
            return left
        return Compare(*_at(operator), "!=" if operator == "<>" else str(operator), left, right)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Build(), maybe_placeholders=True)


@lru_cache(maxsize=2048)
def parse(text: str) -> Node:
    """The tree of a formula. Raises `FormulaError` with place and expectation; never takes more than linear time."""
    if len(text) > MOST_CHARACTERS:
        raise FormulaError("too_long", limit=MOST_CHARACTERS)
    if not text.strip():
        raise FormulaError("blank")
    _check_depth(text)
    try:
        made: Any = _parser().parse(text)
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    for count, node in enumerate(walk(made), start=1):
        if count > MOST_NODES:
            raise FormulaError("too_many", node.line, node.column, limit=MOST_NODES)
        if isinstance(node, Number) and node.value.is_nan():
            raise FormulaError("number", node.line, node.column, found="…")
    return made


def _check_depth(text: str) -> None:
    bare = _QUOTED.sub(lambda m: " " * len(m[0]), text)
    if (found := _SIGNS.search(bare)) and len(re.sub(r"\s", "", found[0])) > MOST_DEPTH:
        raise FormulaError("too_deep", *_place(text, found.start()), limit=MOST_DEPTH)
    depth = 0
    for place, character in enumerate(bare):
        if character == "(":
            depth += 1
            if depth > MOST_DEPTH:
                raise FormulaError("too_deep", *_place(text, place), limit=MOST_DEPTH)
        elif character == ")":
            depth -= 1


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _wanted(text: str) -> set[str]:
    """What may follow a text that is right so far."""
    try:
        reading = _parser().parse_interactive(text)
        for _token in reading.exhaust_lexer():
            pass
        return {_EXPECTED[name] for name in reading.accepts() if name in _EXPECTED}
    except UnexpectedInput:
        return set()


def _unexpected(text: str, error: UnexpectedInput) -> FormulaError:
    position = error.pos_in_stream
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        position = None
    if position is None:
        return FormulaError("unfinished", *_place(text, len(text)), expected=_wanted(text))
    place, wanted = _place(text, position), _wanted(text[:position])
    if isinstance(error, UnexpectedToken):
        return FormulaError("unexpected", *place, expected=wanted, found=error.token)
    found = text[position]
    if found == '"':
        return FormulaError("string", *place)
    return FormulaError("character", *place, expected=wanted, found=found)
