"""A small schema language: what a place in the file may hold, checked with line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kits.format.problems import Problem
from tomoni.kits.format.reader import Node


class Shape:
    """Base: `check` yields the problems of a node at a path."""

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """Yield problems; none when the node fits."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """A text. `pattern` must match the whole; `hint` says in words how it should look."""

    max: int = 200
    min: int = 1
    pattern: str = ""
    hint: Any = ""
    one_line: bool = True

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """Numbers are taken as mistakes: quote them."""
        value = node.value
        if not isinstance(value, str):
            yield Problem(node.line, path, _('文字を書いてください（数字だけのときは "" で囲みます）。'))
        elif len(value.strip()) < self.min:
            yield Problem(node.line, path, _("空にはできません。"))
        elif len(value) > self.max:
            yield Problem(node.line, path, _("%(max)s文字までにしてください。") % {"max": self.max})
        elif self.one_line and "\n" in value.strip("\n"):
            yield Problem(node.line, path, _("1行で書いてください。"))
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield Problem(node.line, path, self.hint or _("形が違います。"))


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One of some words."""

    words: tuple[str, ...]

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """Name the words that are possible."""
        if node.value not in self.words:
            yield Problem(
                node.line, path, _("次のどれかにしてください: %(words)s") % {"words": "、".join(self.words)}
            )


@dataclass(frozen=True, slots=True)
class Whole(Shape):
    """A whole number within limits."""

    min: int = 0
    max: int = 1_000_000

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """True and False are no numbers."""
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem(node.line, path, _("整数を書いてください。"))
        elif not self.min <= value <= self.max:
            yield Problem(
                node.line,
                path,
                _("%(min)s から %(max)s までにしてください。") % {"min": self.min, "max": self.max},
            )


@dataclass(frozen=True, slots=True)
class Flag(Shape):
    """true or false."""

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """Only the two words."""
        if not isinstance(node.value, bool):
            yield Problem(node.line, path, _("true か false を書いてください。"))


@dataclass(frozen=True, slots=True)
class Anything(Shape):
    """Whatever the reader lets through: checked later by the part's owner."""

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """No problem here."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Const(Shape):
    """Exactly this value."""

    value: Any

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """The type counts as well."""
        if type(node.value) is not type(self.value) or node.value != self.value:
            yield Problem(node.line, path, _("%(value)s と書いてください。") % {"value": self.value})


@dataclass(frozen=True, slots=True)
class ListOf(Shape):
    """A list of one shape."""

    item: Shape
    max: int = 200
    min: int = 0

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """Length first, then every item."""
        if not isinstance(node.value, list):
            yield Problem(node.line, path, _("並び（「- 」で始まる行）を書いてください。"))
            return
        if not self.min <= len(node.value) <= self.max:
            words = {"min": self.min, "max": self.max}
            yield Problem(node.line, path, _("%(min)s 個から %(max)s 個までにしてください。") % words)
        for i, child in enumerate(node.value[: self.max]):
            yield from self.item.check(child, f"{path}.{i}")


@dataclass(frozen=True, slots=True)
class Dict(Shape):
    """A mapping with free keys and one shape of values."""

    item: Shape
    max: int = 200

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """Every value."""
        if not isinstance(node.value, dict):
            yield Problem(node.line, path, _("「見出し: 内容」の組を書いてください。"))
            return
        if len(node.value) > self.max:
            yield Problem(node.line, path, _("%(max)s 個までにしてください。") % {"max": self.max})
        for key, child in node.value.items():
            yield from self.item.check(child, f"{path}.{key}")


@dataclass(frozen=True, slots=True)
class Map(Shape):
    """A mapping with known keys: `must` are required, `may` are not; others have the shape `others`, or are refused."""

    must: Mapping[str, Shape] = field(default_factory=dict)
    may: Mapping[str, Shape] = field(default_factory=dict)
    others: Shape | None = None

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """Missing, unknown and wrong keys."""
        if not isinstance(node.value, dict):
            yield Problem(node.line, path, _("「見出し: 内容」の組を書いてください。"))
            return
        for key in self.must:
            if key not in node.value:
                yield Problem(node.line, path, _("「%(key)s」がありません。") % {"key": key})
        known = {**self.must, **self.may}
        for key, child in node.value.items():
            where = f"{path}.{key}" if path else key
            shape = known.get(key, self.others)
            if shape is not None:
                yield from shape.check(child, where)
            else:
                yield Problem(child.line, where, _("「%(key)s」という見出しはありません。") % {"key": key})


@dataclass(frozen=True, slots=True)
class Either(Shape):
    """A text or a list of texts."""

    text: Shape
    max: int = 50

    def check(self, node: Node, path: str) -> Iterator[Problem]:
        """Both forms."""
        yield from (ListOf(self.text, self.max) if isinstance(node.value, list) else self.text).check(
            node, path
        )
