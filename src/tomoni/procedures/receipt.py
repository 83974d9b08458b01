"""Receipt numbers (受付番号) such as `R8-4KQ7X-M2P9T-VCH4`: unguessable, readable aloud, with a check character.

The alphabet has 27 characters: of each pair that people confuse (0/O, 1/I/L, 8/B, 5/S, 2/Z, V/U) at most
one is used, and what they type instead is understood. Thirteen random characters carry
13 x log2(27) - log2(29/27) = 61.7 bits. The check is a weighted sum modulo the prime 29, so every single
wrong character and every exchange of two characters is noticed.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable
from datetime import date

ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"
RANDOM_LENGTH = 13
BODY_LENGTH = RANDOM_LENGTH + 1
MODULUS = 29
REIWA_OFFSET = 2018
_TWINS = str.maketrans({"B": "8", "S": "5", "Z": "2", "U": "V"})
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−ーｰ_./・]+")


def generate(day: date, choose: Callable[[str], str] = secrets.choice) -> str:
    """A new number for a submission received on `day`; the prefix is the fiscal year (令和8年度 = R8)."""
    year = (day.year if day.month >= 4 else day.year - 1) - REIWA_OFFSET
    while True:
        body = "".join(choose(ALPHABET) for _ in range(RANDOM_LENGTH))
        check = -_weighted(year, body) % MODULUS
        if check < len(ALPHABET):
            return _grouped(f"R{year}", body + ALPHABET[check])


def normalize(text: str) -> str | None:
    """The number as it is stored, from what a person typed (full width, spaces, twins); None if it is none."""
    if len(text) > 60:
        return None
    folded = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    prefix, body = folded[:-BODY_LENGTH], folded[-BODY_LENGTH:].translate(_TWINS)
    if not re.fullmatch(r"R[0-9]{1,3}", prefix) or any(c not in ALPHABET for c in body):
        return None
    if (_weighted(int(prefix[1:]), body[:-1]) + ALPHABET.index(body[-1])) % MODULUS:
        return None
    return _grouped(f"R{int(prefix[1:])}", body)


def _weighted(year: int, body: str) -> int:
    return 15 * year + sum(weight * ALPHABET.index(c) for weight, c in enumerate(body, start=2))


def _grouped(prefix: str, body: str) -> str:
    return f"{prefix}-{body[:5]}-{body[5:10]}-{body[10:]}"
