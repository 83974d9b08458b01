"""File names that are safe to keep and to hand out; Japanese, emoji and 外字 stay."""

from __future__ import annotations

import re
import unicodedata

_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_WINDOWS = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
MAX_BYTES = 255


def safe_name(name: str, fallback: str = "file") -> str:
    """The last part of a path without control, direction and reserved characters, at most 255 bytes of UTF-8."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(
        c
        for c in unicodedata.normalize("NFC", last)
        if c not in _BIDI and unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp")
    )
    kept = re.sub(r'[<>:"|?*]', "_", kept).strip(" .")
    if not kept:
        return fallback
    if _WINDOWS.match(kept):
        kept = f"_{kept}"
    return _shorten(kept)


def _shorten(name: str) -> str:
    """Cut the stem, keep the extension, never split a character."""
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 20 or not stem:
        stem, dot, extension = name, "", ""
    room = MAX_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + dot + extension
