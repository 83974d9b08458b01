"""Rich text (書式つきの文): a small, safe part of HTML. What is not allowed is taken out when it is saved."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import nh3
from django.utils.translation import gettext_lazy as _

from tomoni.records._core import fold
from tomoni.records.fieldtypes.base import EMPTY, LIKE, Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.text import Text, check_characters, check_individual_number, plain_text
from tomoni.records.schema.spec import FieldSpec

TAGS = frozenset(
    ["a", "b", "blockquote", "br", "code", "div", "em", "h3", "h4", "hr", "i", "li", "ol", "p", "pre", "s", "span",
     "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"]
)  # fmt: skip
BLOCKS = frozenset(
    ["blockquote", "br", "div", "h3", "h4", "hr", "li", "ol", "p", "pre", "table", "td", "th", "tr", "ul"]
)
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&(?:[a-zA-Z]+|#\d+);")
_SPACES = re.compile(r"[ \t]*\n\s*")


def safe(markup: str) -> str:
    """The markup without anything that is not allowed: no scripts, styles, pictures or other schemes."""
    return nh3.clean(
        markup, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer",
        strip_comments=True,
    )  # fmt: skip


class _Reader(HTMLParser):
    """Collects the text of markup; blocks stand on lines of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(markup: str) -> str:
    """The text of markup, for search, lists and mail."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return _SPACES.sub("\n", "".join(reader.parts)).strip()


class RichText(FieldType):
    """Text with headings, lists, emphasis, tables and links; kept as safe HTML, compared by its text."""

    name = "richtext"
    label = _("書式つきの文")
    kind = "text"
    operators = LIKE | EMPTY
    key_part = "fold"
    sortable = False
    searched = True
    most = 100_000
    kintone = "RICH_TEXT"

    columns = Text.columns

    @property
    def empty(self) -> Any:
        """No text."""
        return ""

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> str:
        """Safe markup; plain text becomes paragraphs."""
        if raw is None:
            return ""
        given = plain_text(raw).replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(given) > self.most:
            raise Unclean(
                _("%(limit)s文字以内で入力してください（いま%(count)s文字）。")
                % {"limit": self.most, "count": len(given)}
            )
        check_characters(given, "\n\t")
        made = safe(given if _MARKUP.search(given) else _paragraphs(given)).strip()
        if "<" not in made:  # nothing was left of the marks
            made = f"<p>{made.replace(chr(10), '<br>')}</p>"
        words = text_of(made)
        if not words:
            return ""
        check_characters(words, "\n\t")
        check_individual_number(words)
        check_individual_number(made)
        return made

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """The markup, and its text folded."""
        return (value, fold(text_of(value))) if value else (None, None)

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> str:
        """The markup."""
        return stored[0] or ""

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Texts are compared folded."""
        return fold(text)

    def sort_value(self, value: Any) -> Any:
        """The folded text."""
        return fold(text_of(value)) if value else None

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """The text without marks."""
        return text_of(value) if value else ""

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """The markup, so that it comes back whole."""
        return value or ""


def _paragraphs(text: str) -> str:
    blocks = [block for block in re.split(r"\n{2,}", text) if block.strip()]
    return "".join(f"<p>{html.escape(block, quote=False).replace(chr(10), '<br>')}</p>" for block in blocks)
