"""The field types in plain words, with the settings each one asks for. What the builder shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.records import fieldtypes

# Types that need no settings: the quick start of an app offers these.
SIMPLE = ("text", "multiline", "number", "date", "datetime", "location", "file", "user", "department")


@dataclass(frozen=True, slots=True)
class OptionWords:
    """A setting of a type. `kind`: text, number, lines, check, kinds."""

    name: str
    label: Any
    kind: str = "number"
    help: Any = ""
    must: bool = False


@dataclass(frozen=True, slots=True)
class TypeWords:
    """A type of field as people choose it."""

    code: str
    label: Any
    explanation: Any
    options: tuple[OptionWords, ...] = ()


_CHOICES = OptionWords(
    "choices", _("選択肢"), "lines", _("1行に1つずつ書きます。上から順に並びます。"), must=True
)
_SINGLE = OptionWords("single", _("1つだけ選んでもらう"), "check")
_LENGTH = OptionWords("max_length", _("文字数の上限"), help=_("空なら10,000文字までです。"))
_KINDS = OptionWords(
    "kinds",
    _("受け取る種類"),
    "kinds",
    _("image（写真）と pdf から、1行に1つずつ。空ならどれでも受け取ります。"),
)
_FORMULA = OptionWords("formula", _("計算式"), "text", _("例: 単価 * 数量"), must=True)
TYPES: tuple[TypeWords, ...] = (
    TypeWords("text", _("文字（1行）"), _("氏名、電話番号、件名など、短い文字。"), (_LENGTH,)),
    TypeWords("multiline", _("文字（何行でも）"), _("相談の内容、理由など、長い文。"), (_LENGTH,)),
    TypeWords(
        "number",
        _("数"),
        _("人数、金額、回数など。合計や大小の比較ができます。"),
        (
            OptionWords("unit", _("単位"), "text", _("例: 円、人、時間")),
            OptionWords("min", _("いちばん小さい数"), "decimal"),
            OptionWords("max", _("いちばん大きい数"), "decimal"),
            OptionWords("digits", _("小数点より下の桁数"), help=_("空なら入力のまま、0なら整数だけ。")),
        ),
    ),
    TypeWords("choice", _("1つ選ぶ"), _("決まった選択肢から1つ。集計しやすい項目です。"), (_CHOICES,)),
    TypeWords(
        "multichoice", _("いくつでも選ぶ"), _("決まった選択肢から、あてはまるものをすべて。"), (_CHOICES,)
    ),
    TypeWords("radio", _("1つ選ぶ（ボタン）"), _("選択肢をすべて並べて、1つ選びます。"), (_CHOICES,)),
    TypeWords(
        "checkbox",
        _("いくつでも選ぶ（チェックボックス）"),
        _("選択肢をすべて並べて、あてはまるものに印を付けます。"),
        (_CHOICES,),
    ),
    TypeWords(
        "category",
        _("カテゴリー"),
        _("段のある分類。上の段で絞りこむと、下の段も見つかります。"),
        (
            OptionWords(
                "choices", _("分類"), "lines", _("1行に1つ。段は「道路/舗装」のように書きます。"), must=True
            ),
        ),
    ),
    TypeWords("date", _("日付"), _("生年月日、希望日など。和暦でも西暦でも入力できます。")),
    TypeWords("datetime", _("日付と時刻"), _("受付の日時、会議の開始など。")),
    TypeWords("time", _("時刻"), _("受付の時間、開始の時刻など。日付のない時刻です。")),
    TypeWords("richtext", _("書式つきの文"), _("見出し、太字、箇条書き、リンクの使える文。")),
    TypeWords("link", _("ウェブのアドレス"), _("https:// で始まるアドレス。押すと開きます。")),
    TypeWords("address", _("住所"), _("郵便番号・都道府県・市区町村・町域・番地・建物に分けて残します。")),
    TypeWords(
        "consent",
        _("同意"),
        _("読んで同意してもらう文。いつ、どの文に同意したかが残ります。"),
        (
            OptionWords("statement", _("同意してもらう文"), "text", must=True),
            OptionWords("version", _("文の版"), "text", _("文を変えるときは、版も変えます。空なら1。")),
        ),
    ),
    TypeWords(
        "slot",
        _("予約枠"),
        _("日時の枠から選んで予約してもらいます。定員を超えると選べなくなります。"),
        (OptionWords("capacity", _("1枠の定員"), help=_("新しい枠をつくるときの初めの値です。空なら1人。")),),
    ),
    TypeWords("user", _("職員"), _("担当者など、職員の中から選びます。住民の画面には出ません。"), (_SINGLE,)),
    TypeWords("group", _("役割"), _("管理職、DX推進担当など、役割の中から選びます。"), (_SINGLE,)),
    TypeWords("department", _("部署"), _("担当課など、部署の中から選びます。"), (_SINGLE,)),
    TypeWords(
        "file",
        _("ファイル"),
        _("写真や書類を付けてもらいます。"),
        (OptionWords("max_count", _("付けられる数"), help=_("空なら10個までです。")), _KINDS),
    ),
    TypeWords(
        "calc",
        _("計算（数）"),
        _("ほかの項目から自動で計算します。"),
        (
            _FORMULA,
            OptionWords("digits", _("小数点より下の桁数")),
            OptionWords("unit", _("単位"), "text", _("例: 円、人、時間")),
        ),
    ),
    TypeWords("calc_text", _("計算（文字）"), _("文字をつないだり、切り出したりします。"), (_FORMULA,)),
    TypeWords("calc_date", _("計算（日付）"), _("期限など、日付を計算します。"), (_FORMULA,)),
    TypeWords("calc_datetime", _("計算（日時）"), _("日時を計算します。"), (_FORMULA,)),
    TypeWords("calc_time", _("計算（時刻）"), _("時刻を計算します。"), (_FORMULA,)),
    TypeWords("location", _("位置"), _("地図の上の1点。緯度と経度で残します。")),
)
BY_CODE = {t.code: t for t in TYPES}
# Not offered in the list of types: a table is made with its columns. Its words can be changed all the same.
TABLE = TypeWords("table", _("テーブル"), _("1件の中に何行も入れる表。"))


def words() -> list[TypeWords]:
    """The types that the engine knows, in the order they are offered."""
    return [t for t in TYPES if t.code in fieldtypes.REGISTRY]


def label_of(code: str) -> str:
    """A type's name in plain words."""
    found = BY_CODE.get(code)
    return str(found.label if found else fieldtypes.get(code).label)


def read_options(kind: TypeWords, post: Mapping[str, str]) -> dict[str, Any]:
    """The settings of a posted form in the shape the engine checks; what cannot be read is handed on as typed."""
    found: dict[str, Any] = {}
    for option in kind.options:
        raw = post.get(f"o.{option.name}", "").strip()
        if option.kind == "check":
            if raw:
                found[option.name] = True
        elif option.kind in ("lines", "kinds"):
            lines = [line.strip() for line in raw.splitlines() if line.strip()]
            if lines or option.must:
                found[option.name] = lines
        elif raw:
            found[option.name] = _number(raw) if option.kind == "number" else raw
    return found


def write_option(option: OptionWords, options: Mapping[str, Any]) -> Any:
    """A setting as it stands in the form."""
    value = options.get(option.name)
    if option.kind in ("lines", "kinds"):
        return "\n".join(str(v) for v in value or ())
    if option.kind == "check":
        return bool(value)
    return "" if value is None else str(value)


def _number(raw: str) -> Any:

    text = unicodedata.normalize("NFKC", raw).replace(",", "")
    return int(text) if text.lstrip("-").isdigit() and len(text) < 10 else raw
