"""Who may see a submission: the receipt number and the birth date or telephone given with it.

Only a keyed digest is kept, bound to the receipt number, so equal birth dates do not look equal.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from tomoni.core import calendar
from tomoni.procedures import secrets

MAX_LENGTH = 40


def fold_birth(value: Any) -> str:
    """A birth date as `birth:1958-05-02`; accepts a date or text such as 昭和33年5月2日. Empty if it is none."""
    if isinstance(value, date):
        return f"birth:{value.isoformat()}"
    text = str(value or "").strip()
    if not text or len(text) > MAX_LENGTH:
        return ""
    parsed = calendar.try_parse_date(text)
    return f"birth:{parsed.isoformat()}" if parsed else ""


def fold_telephone(value: Any) -> str:
    """A telephone number as `telephone:0901…`: digits only, +81 becomes 0. Empty if it is none."""
    text = unicodedata.normalize("NFKC", str(value or ""))[:MAX_LENGTH]
    if re.search(r"[^\d\s()+\-‐‑‒–—―−ー.]", text):
        return ""
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+81"):
        digits = "0" + digits[2:].removeprefix("0")
    return f"telephone:{digits}" if 9 <= len(digits) <= 11 and digits.startswith("0") else ""


def candidates(text: str) -> list[str]:
    """What a person may have meant by one answer: always two entries, so that both take the same work."""
    return [fold_birth(text) or "birth:-", fold_telephone(text) or "telephone:-"]


def digest(receipt: str, folded: str) -> str:
    """The digest kept with a submission."""
    return secrets.digest("verify", f"{receipt}|{folded}")


def matches(receipt: str, text: str, *kept: str) -> bool:
    """Whether the answer is one of those given with this receipt; the same work whether or not it is.

    `kept` are the digests of the submission; "" (nothing was given) is never matched.
    """
    found = False
    for folded in candidates(text):
        for made in secrets.digests("verify", f"{receipt}|{folded}"):
            for digest_kept in kept:
                found |= secrets.same(made, digest_kept or "-" * 64)
    return found
