"""The syntax tree of a query: small immutable dataclasses that know where they stood."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as part


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function, its name in capitals; arguments as texts in capitals."""

    name: str
    args: tuple[str, ...] = ()


Operand = Text | Number | Call


@dataclass(frozen=True, slots=True)
class Condition:
    """`field operator values`; `is empty` has no values. Line and column count from 1."""

    field: str
    operator: str
    values: tuple[Operand, ...] = ()
    line: int = part(default=1, compare=False)
    column: int = part(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Node, ...]


Node = Condition | And | Or


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of `order by`."""

    field: str
    descending: bool = False
    line: int = part(default=1, compare=False)
    column: int = part(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; every part may be absent."""

    where: Node | None = None
    order: tuple[Sort, ...] = ()
    limit: int | None = None
    offset: int | None = None
