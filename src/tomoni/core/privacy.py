"""Guards for personal data: masks for logs, and the individual number (個人番号) that is never stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid

_MAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*")
_SECRET = re.compile(
    r"(?i)\b(bearer|token|password|passwd|secret|authorization|sessionid|key)(\s*[=:]\s*|\s+)"
    r"(?:(?:bearer|basic|token)\s+)?(?!\*)[^\s,;&\"']+"
)
_LONG = re.compile(r"\b(?=[A-Za-z0-9_\-]*\d)(?=[A-Za-z0-9_\-]*[A-Za-z])[A-Za-z0-9_\-]{32,}\b")
_TWELVE = re.compile(r"(?<!\d)\d{4}[ \-]?\d{4}[ \-]?\d{4}(?!\d)")
_PHONE = re.compile(r"(?<![\d.\-:T])(?:\+81[\- ]?\d{1,4}|0\d{1,4})[\- (]?\d{1,4}[\- )]?\d{3,4}(?![\d:])")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー"), "-")
_SPACES = dict.fromkeys(map(ord, "\u3000\u00a0\t"), " ")


def _flat(text: str) -> str:
    """The text with digits, dashes and spaces in their plain forms, character for character (spans stay true)."""
    plain = []
    for character in text.translate(_DASHES).translate(_SPACES):
        digit = unicodedata.digit(character, None)
        plain.append(
            str(digit) if digit is not None and unicodedata.category(character) == "Nd" else character
        )
    return "".join(plain)


def mask(text: str) -> str:
    """The text without mail addresses, telephone numbers, 12-digit numbers, passwords and tokens."""
    text = _MAIL.sub("***@***", _flat(text))
    text = _SECRET.sub(lambda m: f"{m[1]}{m[2]}***", text)
    text = _LONG.sub("***", text)
    return _PHONE.sub("***", _TWELVE.sub("***", text))


_GROUPED = re.compile(r"(?<!\d)\d(?:[ \-]{0,2}\d){11}(?!\d)")


def check_digit(first_eleven: str) -> int:
    """The check digit of an individual number (総務省令第85号 第5条): weights 2–7 from the right, modulo 11."""
    total = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(first_eleven), start=1)
    )
    rest = total % 11
    return 0 if rest <= 1 else 11 - rest


def is_individual_number(digits: str) -> bool:
    """Whether 12 digits could be an individual number."""
    return len(digits) == 12 and digits.isdecimal() and check_digit(digits[:11]) == int(digits[11])


def find_individual_number(text: str) -> tuple[int, int] | None:
    """Where in the text an individual number stands (start, end), or None.

    Full-width digits and spaces or hyphens between groups are seen through; the check digit decides,
    so about one in eleven other 12-digit numbers is taken for one.
    """
    for found in _GROUPED.finditer(_flat(text)):
        if is_individual_number(re.sub(r"\D", "", found[0])):
            return found.span()
    return None


def individual_number_errors(texts: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each name whose text holds an individual number the sentence that refuses it; other values are passed over."""
    message = _("個人番号（マイナンバー）は入力できません。12桁の番号を消してください。")
    return {
        name: [message]
        for name, text in texts.items()
        if isinstance(text, str) and find_individual_number(text) is not None
    }


def refuse_individual_numbers(**texts: Any) -> None:
    """For actions: raise `Invalid` naming each text that holds an individual number (個人番号)."""
    if errors := individual_number_errors(texts):
        raise Invalid(errors)
