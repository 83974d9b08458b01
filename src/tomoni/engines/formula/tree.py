"""The syntax tree of a formula: small immutable dataclasses that know where they stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a formula; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Field(Node):
    """A field by its code."""

    code: str


@dataclass(frozen=True, slots=True)
class Sign(Node):
    """A sign before a value."""

    sign: str
    of: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Operators of one level, from left to right: `first` and then (operator, value)."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """A comparison."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function, its name in capitals."""

    name: str
    args: tuple[Node, ...]


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node."""
    if isinstance(node, Sign):
        return (node.of,)
    if isinstance(node, Chain):
        return (node.first, *(part for _op, part in node.rest))
    if isinstance(node, Compare):
        return (node.left, node.right)
    return node.args if isinstance(node, Call) else ()


def walk(node: Node) -> Iterator[Node]:
    """Every node, in reading order."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(children(found)))


def fields(node: Node) -> list[str]:
    """The codes of the fields a formula uses, each once, in reading order."""
    return list(dict.fromkeys(n.code for n in walk(node) if isinstance(n, Field)))
