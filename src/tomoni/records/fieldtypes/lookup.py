"""Lookup (ルックアップ): picks a record of another app by a key, and copies fields of it.

A value is `{"key", "record"}`: the key as it was picked and the number of the record. Each copied field is frozen
(as it was when picked) or live (follows the source). Whoever picks sees only records that they may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.records._core import fold
from tomoni.records.fieldtypes.base import EMPTY, EQUAL, LIKE, Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.text import plain_text
from tomoni.records.schema.spec import FieldSpec

MOST_COPIES = 50
MOST = 500
# Types whose values name a record well enough to be a key.
KEYS = frozenset(
    {"text", "number", "record_number", "link", "lookup", "calc", "calc_text", "date", "choice", "radio"}
)


class Lookup(FieldType):
    """`app`, `key` (its field), `copies` [{from, to, live}], `show` (columns of the list to pick from), `query`."""

    name = "lookup"
    label = _("ルックアップ")
    kind = "text"
    operators = EQUAL | LIKE | EMPTY
    key_part = "fold"
    searched = True
    option_names = frozenset({"app", "key", "copies", "show", "query"})
    kintone = "SINGLE_LINE_TEXT"

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """That the parts are there; whether app and fields fit is checked when the app is published."""
        made = super().check_options(options)
        for name in ("app", "key"):
            if not isinstance(made.get(name), str) or not made[name].strip():
                raise Unclean(_("ルックアップには、写す元のアプリとキーの項目を選んでください。"))
        copies = made.get("copies") or []
        if not isinstance(copies, list | tuple) or len(copies) > MOST_COPIES:
            raise Unclean(_("写す項目は50個までです。"))
        made["copies"] = [_copy(item) for item in copies]
        if len({c["to"] for c in made["copies"]}) < len(made["copies"]):
            raise Unclean(_("同じ項目に2回写すことはできません。"))
        show = made.get("show") or []
        if not isinstance(show, list | tuple) or not all(isinstance(code, str) for code in show):
            raise Unclean(_("選ぶ画面に出す項目が正しくありません。"))
        return {**made, "show": list(show), "query": str(made.get("query") or "").strip()}

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """The key as written, folded, and the record's number."""
        return {
            "": models.TextField(null=True),
            "fold": models.TextField(null=True, db_collation="C"),
            "record": models.BigIntegerField(null=True),
        }

    def prefetch(self, context: Context, field: FieldSpec, raws: Iterable[Any]) -> None:
        """The records that the keys name, as far as the actor may see them."""
        from tomoni.records.compute import lookups

        lookups.prefetch(context, field, [key for raw in raws if (key := _key(raw))])

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> dict[str, Any] | None:
        """The record that the key names. What only repeats the stored key stays, even if the record is gone."""
        if isinstance(raw, Mapping) and raw.get("record") is None:
            raw = raw.get("key")
        key = _key(raw)
        if not key:
            return None
        current = context.current.get(field.code)
        if current and fold(current["key"]) == fold(key) and _same(raw, current):
            return current
        from tomoni.records.compute import lookups

        return lookups.pick(context, field, key, raw.get("record") if isinstance(raw, Mapping) else None)

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """Key, folded, number."""
        return (value["key"], fold(value["key"]), value["record"]) if value else (None, None, None)

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> dict[str, Any] | None:
        """As picked."""
        return {"key": stored[0], "record": stored[-1]} if stored[0] else None

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Keys are compared folded."""
        return fold(text)

    def sort_value(self, value: Any) -> Any:
        """Order is by the folded key."""
        return fold(value["key"]) if value else None

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """The key."""
        return value["key"] if value else ""

    def json_schema(self, field: FieldSpec) -> dict[str, Any]:
        """An object; a key alone is taken, too."""
        return {
            "type": ["object", "string", "null"],
            "properties": {"key": {"type": "string"}, "record": {"type": ["integer", "null"]}},
        }


def _same(raw: Any, current: Mapping[str, Any]) -> bool:
    return not isinstance(raw, Mapping) or raw.get("record") in (None, current["record"])


def _key(raw: Any) -> str:
    if isinstance(raw, Mapping):
        raw = raw.get("key")
    if raw is None:
        return ""
    text = plain_text(raw).strip()
    if len(text) > MOST:
        raise Unclean(_("キーは%(most)s文字以内で入力してください。") % {"most": MOST})
    return text


def _copy(item: Any) -> dict[str, Any]:
    if not isinstance(item, Mapping) or set(item) - {"from", "to", "live"}:
        raise Unclean(_("写す項目の書き方が正しくありません。"))
    source, target, live = item.get("from"), item.get("to"), item.get("live", False)
    if not isinstance(source, str) or not isinstance(target, str) or not isinstance(live, bool):
        raise Unclean(_("写す項目の書き方が正しくありません。"))
    return {"from": source, "to": target, "live": live}
