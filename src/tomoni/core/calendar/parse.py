"""Reading dates as people write them: 令和8年4月1日, R8.4.1, 2026-04-01, 2026/4/1, 20260401, full-width too."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _

from tomoni.core.calendar.eras import ERAS, GREGORIAN_FROM
from tomoni.core.errors import Invalid

_BY_NAME = {e.name: e for e in ERAS} | {e.letter: e for e in ERAS}
_BY_NAME |= {"明": ERAS[0], "大": ERAS[1], "昭": ERAS[2], "平": ERAS[3], "令": ERAS[4]}
_KANJI = {"㍾": "明治", "㍽": "大正", "㍼": "昭和", "㍻": "平成", "㋿": "令和"}
_SEPARATOR = r"\s*[./\-年]\s*"
_WAREKI = re.compile(
    rf"(明治|大正|昭和|平成|令和|[明大昭平令]|[MTSHR])\s*[.]?\s*(元|\d{{1,2}}){_SEPARATOR}(\d{{1,2}})\s*[./\-月]\s*(\d{{1,2}})\s*日?",
)
_WESTERN = re.compile(rf"(?:西暦)?\s*(\d{{4}}){_SEPARATOR}(\d{{1,2}})\s*[./\-月]\s*(\d{{1,2}})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WEEKDAY = re.compile(r"\s*\(?[月火水木金土日](曜日?)?\)$")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")


def try_parse_date(text: str) -> date | None:
    """The date, or None when the text is none or names a day that never was (平成31年5月1日, 2月30日)."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    plain = _WEEKDAY.sub("", plain) if plain.endswith(")") else plain
    if found := _WAREKI.fullmatch(plain):
        return _from_era(found[1], found[2], int(found[3]), int(found[4]))
    for pattern in (_WESTERN, _COMPACT):
        if found := pattern.fullmatch(plain):
            return _make(int(found[1]), int(found[2]), int(found[3]))
    return None


def parse_date(text: str) -> date:
    """The date. Raises `Invalid` with an example of how to write it."""
    found = try_parse_date(text)
    if found is None:
        raise Invalid(_("日付は 例: 令和8年4月1日 または 2026-04-01 の形で入力してください。"))
    return found


def _from_era(name: str, year: str, month: int, day: int) -> date | None:
    era = _BY_NAME[name]
    count = 1 if year == "元" else int(year)
    if count < 1:
        return None
    found = _make(era.base + count, month, day)
    if found is None or not max(era.first, GREGORIAN_FROM) <= found <= era.last:
        return None
    return found


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
