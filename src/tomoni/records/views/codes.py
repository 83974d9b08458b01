"""Codes made from names: people need not think of them."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection

_KEEP = re.compile(r"[^\wー々〆]+")


def app_code(name: str) -> str:
    """An address for an app: from its ASCII letters when there are enough, else random; always unused."""
    plain = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKC", name).lower()).strip("-")[:40]
    return (
        f"{plain}-{secrets.token_hex(2)}"
        if len(plain) >= 3 and plain[0].isalpha()
        else f"app-{secrets.token_hex(4)}"
    )


def field_code(label: str, taken: Collection[str]) -> str:
    """A code for a field: its label without spaces and signs, with a number when it is taken."""
    base = _KEEP.sub("_", unicodedata.normalize("NFKC", label)).strip("_")[:50] or "項目"
    if base[0].isdigit():
        base = f"項目{base}"
    code, number = base, 2
    while code in taken:
        code, number = f"{base}_{number}", number + 1
    return code
