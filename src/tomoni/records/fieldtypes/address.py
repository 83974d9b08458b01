"""Address (住所): postal code, prefecture, city, town, block, building; one value, its parts in columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.records._core import fold
from tomoni.records.fieldtypes.base import EMPTY, LIKE, Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.text import check_characters, check_individual_number
from tomoni.records.schema.spec import FieldSpec

PARTS = ("postal", "prefecture", "city", "town", "block", "building")
PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
NOTHING = "－"  # stands for an empty part in files, so that the others keep their places
MOST = 200
_POSTAL = re.compile(r"〒?\s*(\d{3})-?(\d{4})(?!\d)")
# Municipalities whose names hold 市・町・村・郡 before their end, then the common shapes.
_CITY = re.compile(
    r"(?:四日市|廿日市|野々市|八日市場|余市|市川|市原|町田|大町|十日町|村上|村山|武蔵村山|東村山|羽村|田村|大村|郡山|郡上|小郡|蒲郡|大和郡山)市"
    r"|[^市区町村]+?郡.+?[町村]|[^市区町村郡]+?市(?:[^市区町村\d]{1,4}区)?|[^市町村]+?区|[^市区]+?[町村]"
)
_BLOCK = re.compile(r"(\D*)(\d.*)?", re.DOTALL)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")


class Address(FieldType):
    """A postal address in Japan."""

    name = "address"
    label = _("住所")
    kind = "text"
    operators = LIKE | EMPTY
    key_part = "fold"
    searched = True

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """The whole in one line, folded, and each part."""
        made: dict[str, models.Field[Any, Any]] = {
            "fold": models.TextField(null=True, db_collation="C"),
        }
        made.update({part: models.TextField(null=True) for part in PARTS})
        return made

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> dict[str, str] | None:
        """The parts, or one line of text that is taken apart."""
        if raw is None:
            return None
        if isinstance(raw, str):
            raw = split(raw)
        if not isinstance(raw, Mapping) or set(raw) - set(PARTS):
            raise Unclean(
                _("住所は、郵便番号・都道府県・市区町村・町域・番地・建物に分けて入力してください。")
            )
        made = {part: _part(raw.get(part)) for part in PARTS}
        if not any(made.values()):
            return None
        made["postal"] = _postal(made["postal"])
        if made["prefecture"] and made["prefecture"] not in PREFECTURES:
            raise Unclean(_("都道府県を一覧から選んでください。"))
        check_individual_number(one_line(made))
        return made

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """The folded line, then the parts."""
        if value is None:
            return (None,) * (1 + len(PARTS))
        return (fold(one_line(value)), *(value[part] for part in PARTS))

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> dict[str, str] | None:
        """The parts."""
        found = stored[-len(PARTS) :]
        if all(part is None for part in found):
            return None
        return {part: text or "" for part, text in zip(PARTS, found, strict=True)}

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Compared folded."""
        return fold(text)

    def sort_value(self, value: Any) -> Any:
        """Order is by the folded line."""
        return None if value is None else fold(one_line(value))

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """〒501-1234 岐阜県…"""
        return "" if value is None else one_line(value)

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """The parts with full-width spaces between them; －: no such part."""
        if value is None:
            return ""
        return "　".join([dashed(value["postal"]) or NOTHING, *(value[p] or NOTHING for p in PARTS[1:])])

    def json_schema(self, field: FieldSpec) -> dict[str, Any]:
        """An object of texts."""
        return {"type": ["object", "null"], "properties": {part: {"type": "string"} for part in PARTS}}


def dashed(postal: str) -> str:
    """501-1234."""
    return f"{postal[:3]}-{postal[3:]}" if postal else ""


def one_line(value: Mapping[str, str]) -> str:
    """The address as it is written on an envelope, in one line."""
    post = f"〒{dashed(value['postal'])} " if value["postal"] else ""
    place = "".join(value[part] for part in PARTS[1:5])
    return f"{post}{place} {value['building']}".strip()


def _part(raw: Any) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise Unclean(_("文字で入力してください。"))
    text = re.sub(r"[\s　]+", " ", str(raw)).strip()
    check_characters(text)
    if len(text) > MOST:
        raise Unclean(_("住所は、それぞれ200文字以内で入力してください。"))
    return "" if text == NOTHING else text


def _postal(text: str) -> str:
    if not text:
        return ""
    found = _POSTAL.fullmatch(
        unicodedata.normalize("NFKC", text.translate(_DASHES).replace("ー", "-")).strip()
    )
    if found is None:
        raise Unclean(_("郵便番号は7桁の数字で入力してください。例: 501-1234"))
    return found[1] + found[2]


def split(text: str) -> dict[str, str]:
    """An address in one line taken apart: as exported, or as people write it. Nothing is lost."""
    if "　" in text and text.count("　") == len(PARTS) - 1:
        return dict(zip(PARTS, text.split("　"), strict=True))
    rest = re.sub(r"[\s　]+", " ", text).strip()
    made = dict.fromkeys(PARTS, "")
    plain = unicodedata.normalize("NFKC", rest.translate(_DASHES))
    if (found := _POSTAL.match(plain)) and len(plain) == len(rest):
        made["postal"], rest = found[1] + found[2], rest[found.end() :].strip()
    made["prefecture"] = next((p for p in PREFECTURES if rest.startswith(p)), "")
    rest = rest[len(made["prefecture"]) :].strip()
    if found := _CITY.match(rest):
        made["city"], rest = found[0], rest[found.end() :].strip()
    rest, _space, made["building"] = rest.partition(" ")
    if found := _BLOCK.fullmatch(rest):
        made["town"], made["block"] = found[1] or "", found[2] or ""
    return made
