"""New pieces of a form, in plain words: what the palette offers and with which settings it starts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from tomoni.records.schema.spec import FieldSpec, LayoutItem
from tomoni.records.views import codes, fieldwords

LAYOUT = ("group", "label", "line", "spacer")
_START: dict[str, dict[str, Any]] = {
    "category": {"choices": ["分類1", "分類2"]},
    "consent": {"statement": "上の内容に同意します。"},
    **{name: {"choices": ["選択肢1", "選択肢2"]} for name in ("choice", "radio", "multichoice", "checkbox")},
}


def palette() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Groups of what can be added: (heading, [(code, words, explanation)])."""
    groups = (
        (_("文字と数"), ("text", "multiline", "number", "link", "address", "richtext")),
        (_("選ぶ"), ("choice", "radio", "multichoice", "checkbox", "category")),
        (_("日付と時刻"), ("date", "time", "datetime", "slot")),
        (_("人と場所"), ("user", "department", "group", "location")),
        (_("ファイルと同意"), ("file", "consent")),
        (_("計算"), ("calc", "calc_text", "calc_date", "calc_datetime", "calc_time")),
    )
    known = {t.code: t for t in (*fieldwords.words(), fieldwords.TABLE)}
    found = [
        (
            str(title),
            [(f"field:{c}", str(known[c].label), str(known[c].explanation)) for c in names if c in known],
        )
        for title, names in groups
    ]
    table = known["table"]
    arrange = [("field:table", str(table.label), str(table.explanation))]
    arrange += [(f"item:{k}", label_of_item(k), "") for k in LAYOUT]
    return [*found, (_("並べ方"), arrange)]


def label_of_item(kind: str) -> str:
    """A layout piece in plain words."""
    words = {
        "group": _("グループ（まとめて開閉）"),
        "label": _("説明の文"),
        "line": _("罫線"),
        "spacer": _("すきま"),
    }
    return words.get(kind, kind)


def new_field(type_: str, taken: Collection[str], label: str = "") -> FieldSpec | None:
    """A field of this type as it starts; None for a type that the palette does not offer."""
    if type_ != "table" and type_ not in fieldwords.BY_CODE:
        return None
    words = label or fieldwords.label_of(type_) if type_ != "table" else label or _("明細")
    code = codes.field_code(words, taken)
    if type_ == "table":
        first = codes.field_code(_("品名"), {*taken, code})
        second = codes.field_code(_("数"), {*taken, code, first})
        columns = (FieldSpec(first, "text", _("品名")), FieldSpec(second, "number", _("数")))
        return FieldSpec(code, "table", words, fields=columns)
    return FieldSpec(code, type_, words, options=dict(_START.get(type_, {})))


def new_item(kind: str) -> LayoutItem | None:
    """A piece of layout as it starts."""
    if kind not in LAYOUT:
        return None
    return LayoutItem(kind, label={"group": _("グループ"), "label": _("説明の文")}.get(kind, ""))  # type: ignore[arg-type]
