"""Link (リンク): a web address, a telephone number or a mail address; nothing else can be followed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import Context, Unclean
from tomoni.records.fieldtypes.text import Text
from tomoni.records.schema.spec import FieldSpec

PROTOCOLS = ("web", "tel", "mail")
_TEL = re.compile(r"\+?[0-9][0-9()\- ]{2,30}(#[0-9]{1,8})?|[0-9]{3,}")
_MAIL = re.compile(
    r"[^\s@<>()\[\],;:\"\\?&]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9\-]+)+"
)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー"), "-")


class Link(Text):
    """An address of the option `protocol`: `web` (http, https), `tel` or `mail`."""

    name = "link"
    label = _("リンク")
    most = 2_000
    option_names = frozenset({"max_length", "protocol"})
    kintone = "LINK"

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`protocol`."""
        made = super().check_options(options)
        made.setdefault("protocol", "web")
        if made["protocol"] not in PROTOCOLS:
            raise Unclean(_("リンクの種類は、ウェブ・電話・メールのどれかです。"))
        return made

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> str:
        """An address that may be followed."""
        text = super().clean(raw, field, context)
        return check_link(text, field.options.get("protocol", "web")) if text else ""

    def href(self, value: Any, field: FieldSpec) -> str:
        """The address as it is followed; empty when it must not be."""
        try:
            text = check_link(value, field.options.get("protocol", "web")) if value else ""
        except Unclean:
            return ""
        protocol = field.options.get("protocol", "web")
        if not text or protocol == "web":
            return text
        return f"mailto:{text}" if protocol == "mail" else "tel:" + re.sub(r"[^0-9+]", "", text.split("#")[0])


def check_link(text: str, protocol: str) -> str:
    """The address in its plain form; raises `Unclean`."""
    if protocol == "web":
        return _web(text)
    plain = unicodedata.normalize("NFKC", text)
    if protocol == "mail":
        plain = re.sub(r"(?i)^mailto:", "", plain).strip()
        if len(plain) > 254 or not _MAIL.fullmatch(plain):
            raise Unclean(_("メールアドレスを入力してください。例: shimin@example.jp"))
        return plain
    plain = re.sub(r"(?i)^tel:", "", plain.translate(_DASHES)).strip()
    if not _TEL.fullmatch(plain):
        raise Unclean(_("電話番号を入力してください。例: 058-000-0000"))
    return plain


def _web(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or any(c.isspace() or c in '<>"\\^`{|}' for c in text) or (parts.username or parts.password):
        raise Unclean(_("https:// か http:// で始まるアドレスを入力してください。"))
    return text
