"""Screening of free texts: what names or reaches a person is blanked before it is stored."""

from __future__ import annotations

import re
import unicodedata

from tomoni.core.privacy import find_individual_number

_DASH = r"[\-‐‑‒–—―−ーｰ]"
_MAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_TWELVE = re.compile(rf"(?<!\d)\d(?:[ 　]?{_DASH}?[ 　]?\d){{11}}(?!\d)")
_PHONE = re.compile(
    rf"(?<!\d)(?:\+81[ 　]?{_DASH}?|0)\d{{1,4}}[ 　]?[{_DASH[1:-1]}()（）]?[ 　]?\d{{1,4}}[ 　]?[{_DASH[1:-1]}()（）]?[ 　]?\d{{3,4}}(?!\d)"
)
MAIL_MARK, NUMBER_MARK, PHONE_MARK = "〔メールアドレス〕", "〔12桁の番号〕", "〔電話番号〕"


def flatten(text: str) -> str:
    """Full-width digits and letters to plain ones, character by character; everything else stays as written."""
    return "".join(
        plain
        if len(plain := unicodedata.normalize("NFKC", c)) == 1
        and plain.isascii()
        and (plain.isalnum() or plain in "@.+_%-")
        else c
        for c in text
    )


def screen(text: str) -> tuple[str, bool]:
    """The text with marks in place of mail addresses, 12-digit numbers and telephone numbers; whether any was found."""
    flat = flatten(text)
    masked = _MAIL.sub(MAIL_MARK, flat)
    masked = _TWELVE.sub(NUMBER_MARK, masked)
    while span := find_individual_number(masked):  # however its digits are parted
        masked = masked[: span[0]] + NUMBER_MARK + masked[span[1] :]
    masked = _PHONE.sub(PHONE_MARK, masked)
    return (masked, True) if masked != flat else (text, False)
