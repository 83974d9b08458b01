"""Single-line text (文字列): kept as written, compared and searched folded (NFKC, case)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.records._core import find_individual_number, fold
from tomoni.records.fieldtypes.base import EMPTY, EQUAL, LIKE, Context, FieldType, Unclean
from tomoni.records.schema.spec import FieldSpec

_DIGIT = re.compile(r"\d")
# Marks that turn the direction of text: they make a name or an address look like another one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)
_PHONE = re.compile(r"\+?[\d\s()\-‐‑‒–—―−ー.]+")
FORMATS = ("", "mail", "phone")
UNIQUE_LENGTH = 500  # an index entry of PostgreSQL holds 2,700 bytes


def plain_text(raw: Any) -> str:
    """The text of a raw value; numbers are written out, everything else is refused."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Unclean(_("文字で入力してください。"))
    return str(raw)


def check_characters(text: str, keep: str = "") -> None:
    """Refuse what no person types: control characters and broken surrogates. 外字 and emoji are kept intact."""
    for character in text:
        if character in keep:
            continue
        category = unicodedata.category(character)
        if category == "Cc":
            raise Unclean(_("使えない文字（制御文字）が入っています。入力し直してください。"))
        if character in _TURNING:
            raise Unclean(_("文字の向きを変える、見えない文字が入っています。入力し直してください。"))
        if category == "Cs":
            raise Unclean(_("正しく読めない文字が入っています。入力し直してください。"))


def check_individual_number(text: str) -> None:
    """Refuse a 12-digit individual number (マイナンバー): it is never stored."""
    if len(text) >= 12 and len(_DIGIT.findall(text)) >= 12 and find_individual_number(text):
        raise Unclean(_("個人番号（マイナンバー）は入力できません。12桁の番号を消してください。"))


def length_option(options: Mapping[str, Any], most: int) -> int:
    """The option `max_length`, between 1 and `most`."""
    given = options.get("max_length", most)
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= most:
        raise Unclean(_("文字数の上限は1から%(most)sまでの整数にしてください。") % {"most": most})
    return given


def in_format(text: str, wanted: str) -> str:
    """A text in the format of its field (`mail`, `phone`): full width made plain, so that it can be used; raises `Unclean`."""
    if wanted == "mail":
        made = unicodedata.normalize("NFKC", text).strip()
        if len(made) > 254 or not _MAIL.fullmatch(made) or ".." in made:
            raise Unclean(_("メールアドレスとして読めません。例: hana@example.jp"))
        return made
    if wanted == "phone":
        # Telephones paste numbers between marks of direction.
        made = unicodedata.normalize("NFKC", "".join(c for c in text if c not in _TURNING)).strip()
        digits = len(_DIGIT.findall(made))
        least, most, start = (8, 15, "+") if made.startswith("+") else (9, 11, "0")
        if (
            not _PHONE.fullmatch(made)
            or not least <= digits <= most
            or not made.lstrip("(").startswith(start)
        ):
            raise Unclean(_("電話番号として読めません。市外局番から入力してください。例: 0000-12-3456"))
        return made
    return text


class Text(FieldType):
    """One line of text, up to 10,000 characters."""

    name = "text"
    label = _("文字列（1行）")
    kintone = "SINGLE_LINE_TEXT"
    kind = "text"
    operators = EQUAL | LIKE | EMPTY
    key_part = "fold"
    may_be_unique = True
    searched = True
    most = 10_000
    keep = ""
    option_names = frozenset({"max_length", "format"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`max_length`; `format`: mail or phone."""
        made = super().check_options(options)
        if made.get("format", "") not in FORMATS:
            raise Unclean(_("形式は mail か phone にしてください。"))
        if "max_length" in made:
            made["max_length"] = length_option(made, self.most)
        return made

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """The text as written and its folded form, compared by code point on every database."""
        return {
            "": models.TextField(null=True),
            "fold": models.TextField(null=True, db_collation="C"),
        }

    @property
    def empty(self) -> Any:
        """No text."""
        return ""

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> str:
        """Trim the ends; refuse control characters, too much text and individual numbers."""
        if raw is None:
            return ""
        text = self.normal(plain_text(raw))
        if not text:
            return ""
        limit = min(field.options.get("max_length", self.most), UNIQUE_LENGTH if field.unique else self.most)
        if len(text) > limit:
            raise Unclean(
                _("%(limit)s文字以内で入力してください（いま%(count)s文字）。")
                % {"limit": limit, "count": len(text)}
            )
        if wanted := field.options.get("format", ""):
            text = in_format(text, wanted)
        if not text.isprintable():
            check_characters(text, self.keep)
        check_individual_number(text)
        return text

    def normal(self, text: str) -> str:
        """The text without blank ends."""
        return text.strip()

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """As written, and folded."""
        return (value, fold(value)) if value else (None, None)

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> str:
        """The text as written."""
        return stored[0] or ""

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Texts are compared folded."""
        return fold(text)

    def sort_value(self, value: Any) -> Any:
        """Order is by the folded text."""
        return fold(value) if value else None
