"""Changes of a definition in words: what the page 変更点 shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tomoni.records.schema.diff import Change
from tomoni.records.schema.spec import AppSpec, LayoutItem
from tomoni.records.views import fieldwords


@dataclass(frozen=True, slots=True)
class Line:
    """One change: what kind, of what, which property, before and after."""

    kind: str
    label: str
    name: str = ""
    before: str = ""
    after: str = ""


def lines(found: Iterable[Change], old: AppSpec, new: AppSpec) -> list[Line]:
    """The changes as lines of a table."""
    return [line for change in found for line in _lines(change, old, new)]


def _lines(change: Change, old: AppSpec, new: AppSpec) -> Iterator[Line]:
    label = _("項目「%(label)s」") % {"label": change.label} if change.part == "field" else _part(change)
    if change.kind == "added":
        spec = (
            next((f for f in _every(new) if f.code == change.key), None) if change.part == "field" else None
        )
        yield Line(_("足す"), label, after=fieldwords.label_of(spec.type) if spec else "")
    elif change.kind == "removed":
        note = _("値は「外した項目」に残ります") if change.part == "field" else ""
        yield Line(_("外す"), label, after=note)
    elif change.kind == "moved":
        yield Line(
            _("並べ替え"), _("項目の順番"), before=_order(old, change.key), after=_order(new, change.key)
        )
    elif change.part == "layout":
        before, after = (_layout(s) for s in (old, new))
        yield Line(_("変える"), _("配置"), before=before, after=after)
    else:
        for name, before, after in change.names:
            whole = change.part == name
            yield Line(_("変える"), label, "" if whole else _property(name), _value(before), _value(after))


def _every(spec: AppSpec) -> list[Any]:
    return [*spec.fields, *(c for f in spec.fields for c in f.fields)]


def _part(change: Change) -> str:
    words = {
        "states": _("状態「%(label)s」"),
        "actions": _("処理「%(label)s」"),
        "views": _("一覧「%(label)s」"),
    }
    if change.part in words and change.label:
        return words[change.part] % {"label": change.label}
    whole = {
        "states": _("状態"),
        "actions": _("処理の流れ"),
        "views": _("一覧"),
        "name": _("アプリの名前"),
        "description": _("何のためのアプリか"),
        "title_field": _("記録の見出しにする項目"),
        "record_rule": _("レコードの条件"),
        "rights": _("アプリの権限"),
        "record_rights": _("レコードの権限"),
        "field_rights": _("項目の権限"),
        "notices": _("通知"),
        "retention": _("保存年限"),
        "settings": _("そのほかの設定"),
    }
    return whole.get(change.part, change.part)


def _property(name: str) -> str:
    words = {
        "code": _("コード"),
        "label": _("項目の名前"),
        "help": _("説明"),
        "required": _("必須"),
        "unique": _("同じ値を受け付けない"),
        "default": _("はじめの値"),
        "options": _("設定"),
        "personal": _("個人情報"),
        "purpose": _("使う目的"),
        "retention_years": _("残す年数"),
        "visible_if": _("表示する条件"),
        "type": _("種類"),
        "columns": _("列"),
        "query": _("条件"),
    }
    return words.get(name, name)


def _order(spec: AppSpec, table: str) -> str:
    fields = next((f.fields for f in spec.fields if f.code == table), spec.fields) if table else spec.fields
    return "、".join(f.label for f in fields)[:400]


def _layout(spec: AppSpec) -> str:
    labels = {f.code: f.label for f in spec.fields}

    def one(item: LayoutItem) -> str:
        if item.kind == "group":
            return f"【{item.label}】" + " ／ ".join(one(i) for i in item.items)
        if item.kind == "row":
            return "｜".join(one(i) for i in item.items)
        words = {"label": _("説明の文"), "line": _("罫線"), "spacer": _("すきま")}
        return labels.get(item.code) or words.get(item.kind, item.code)

    return "\n".join(one(i) for i in spec.layout) or _("1行に1つずつ")


def _value(value: Any) -> str:
    if value is True or value is False:
        return _("はい") if value else _("いいえ")
    if value in (None, "", (), [], {}):
        return _("（空）")
    if isinstance(value, Mapping):
        return "\n".join(f"{_option(k)}: {_value(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return "、".join(_value(v) for v in value)[:600]
    words = {"none": _("個人情報ではない"), "personal": _("個人情報"), "sensitive": _("要配慮個人情報")}
    return words.get(value, str(value)) if isinstance(value, str) else str(getattr(value, "name", value))


def _option(name: str) -> str:
    found = {o.name: str(o.label) for t in fieldwords.TYPES for o in t.options}
    return found.get(name, name)
