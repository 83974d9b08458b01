"""YAML to a tree with line numbers, from the parser's event stream, with every door closed.

No YAML constructor is used: the stream of events is bounded in size, depth and number of nodes, and anchors, aliases (so
"billion laughs"), tags, merge keys, several documents, doubled keys and control characters are refused. Plain words follow YAML 1.2's
core schema in its plainest form (`true`, `false`, `null`, whole and decimal numbers), so that `13:00`, `no` and `2026-04-01` stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from tomoni.core.privacy import find_individual_number
from tomoni.kits.format.problems import KitInvalid, Problem

MAX_BYTES = 512 * 1024
MAX_DEPTH = 16
MAX_NODES = 20_000
MAX_TEXT = 20_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}\Z")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

Value = dict[str, "Node"] | list["Node"] | str | int | float | bool | None


@dataclass(slots=True)
class Node:
    """A value and the line it begins on (1 = first)."""

    value: Value
    line: int

    def plain(self) -> Any:
        """The same without lines."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def line_at(self, path: str) -> int:
        """The line of `a.2.b` below this node, or of the nearest part of the way that exists."""
        node = self
        for key in (k for k in path.split(".") if k):
            child: Node | None = None
            if isinstance(node.value, dict):
                child = node.value.get(key)
            elif isinstance(node.value, list) and key.isdecimal() and int(key) < len(node.value):
                child = node.value[int(key)]
            if child is None:
                break
            node = child
        return node.line


def _stop(line: int, message: str) -> KitInvalid:
    return KitInvalid([Problem(line, "", message)])


def _scalar(event: Any, line: int) -> Any:
    text: str = event.value
    if len(text) > MAX_TEXT:
        raise _stop(line, _("文が長すぎます（%(limit)s文字まで）。") % {"limit": MAX_TEXT})
    if _CONTROL.search(text):
        raise _stop(line, _("使えない文字（制御文字）が入っています。"))
    if len(text) >= 12 and find_individual_number(text):
        raise _stop(line, _("個人番号（マイナンバー）と思われる12桁の数字があります。消してください。"))
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


class _Builder:
    """Builds the tree from events, keeping an explicit stack so that depth costs no recursion."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.stack: list[tuple[Node, str | None]] = []
        self.nodes = 0
        self.documents = 0

    def _add(self, node: Node) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _stop(node.line, _("項目が多すぎます（%(limit)s個まで）。") % {"limit": MAX_NODES})
        if not self.stack:
            self.root = node
            return
        parent, key = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif isinstance(parent.value, dict) and key is None:
            self._key(parent, node)
        elif isinstance(parent.value, dict):
            parent.value[str(key)] = node
            self.stack[-1] = (parent, None)

    def _key(self, parent: Node, node: Node) -> None:
        name = node.value
        if isinstance(name, dict | list):
            raise _stop(node.line, _("見出しには文字を書いてください。"))
        text = str(name) if isinstance(name, str | int) and not isinstance(name, bool) else ""
        if not text or len(text) > 200:
            raise _stop(node.line, _("見出しには文字を書いてください。"))
        if text in parent.value:  # type: ignore[operator]
            raise _stop(node.line, _("「%(key)s」が2回書かれています。") % {"key": text})
        self.stack[-1] = (parent, text)

    def feed(self, event: Any) -> None:
        """Take one parser event; raises `KitInvalid` at the first thing that is not allowed."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _stop(line, _("「&」や「*」で別の場所を指す書き方は使えません。"))
        if getattr(event, "tag", None):
            raise _stop(line, _("「!」で型を指す書き方は使えません。"))
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _stop(line, _("1つのファイルには1つのキットだけを書いてください。"))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            self._add(node)
            self.stack.append((node, None))
            if len(self.stack) > MAX_DEPTH:
                raise _stop(line, _("入れ子が深すぎます（%(limit)s段まで）。") % {"limit": MAX_DEPTH})
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.ScalarEvent):
            self._add(Node(_scalar(event, line), line))


def read(source: bytes | str) -> Node:
    """Read one YAML document. Raises `KitInvalid` with the line for anything that is not plain data within the limits."""
    raw = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if len(raw) > MAX_BYTES:
        raise _stop(
            0, _("ファイルが大きすぎます（%(limit)sキロバイトまで）。") % {"limit": MAX_BYTES // 1024}
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _stop(line, _("文字コードが UTF-8 ではありません。UTF-8 で保存し直してください。")) from None
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.feed(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _stop(
            mark.line + 1 if mark else 0, _("YAML として読めません。字下げと「:」を確かめてください。")
        ) from None
    except yaml.YAMLError as error:
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 0
        raise _stop(line, _("使えない文字（制御文字）が入っています。")) from None
    if builder.root is None:
        raise _stop(0, _("ファイルが空です。"))
    return builder.root
