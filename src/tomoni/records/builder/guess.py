"""Types of fields guessed from a table's cells (型の推定). Pure: shown to the person, who may correct each of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tomoni.core import calendar

MOST_CHOICES = 12
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d{0,2}(,\d{3})+|[1-9]\d*)(\.\d+)?")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:00)?")
_MOMENT = re.compile(r"(.{6,})[ T\u3000](([01]?\d|2[0-3]):[0-5]\d)(:\d\d)?")
_CODE_WORDS = ("電話", "番号", "郵便", "コード", "ID", "FAX")
_PERSONAL = ("氏名", "名前", "ふりがな", "フリガナ", "住所", "電話", "生年月日", "メール", "世帯主")


@dataclass(frozen=True, slots=True)
class Guess:
    """A column: its heading, the guessed type, its examples, choices where it has few values, whether it names people."""

    label: str
    type: str
    examples: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    personal: bool = False


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Guess]:
    """A guess for each column of a table."""
    found = []
    for index, label in enumerate(head):
        cells = [row[index].strip() for row in rows if index < len(row) and row[index].strip()]
        kind, choices = type_of(label, cells)
        examples = tuple(dict.fromkeys(c.replace("\n", " ")[:40] for c in cells))[:3]
        personal = any(word in label for word in _PERSONAL)
        found.append(Guess(label.strip() or f"項目{index + 1}", kind, examples, choices, personal))
    return found


def type_of(label: str, cells: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The type that fits all cells, and the choices of a choice field."""
    if not cells:
        return "text", ()
    plain = [unicodedata.normalize("NFKC", c) for c in cells]
    if all(_TIME.fullmatch(c) for c in plain):
        return "time", ()
    if all((m := _MOMENT.fullmatch(c)) and _is_day(m[1]) for c in plain):
        return "datetime", ()
    if all(_is_day(c) for c in plain):
        return "date", ()
    if all(_NUMBER.fullmatch(c) for c in plain) and not any(w in label for w in _CODE_WORDS):
        return "number", ()
    if any("\n" in c or len(c) > 60 for c in cells):
        return "multiline", ()
    if all(c.startswith(("http://", "https://")) for c in plain):
        return "link", ()
    values = tuple(dict.fromkeys(cells))
    few = len(values) <= MOST_CHOICES and len(cells) >= 6 and len(values) * 2 <= len(cells)
    if few and max(map(len, values)) <= 30 and not any(w in label for w in (*_CODE_WORDS, *_PERSONAL)):
        return "choice", values
    return "text", ()


def _is_day(text: str) -> bool:
    if text.isdigit() or not any(c.isdigit() for c in text):
        return False
    return calendar.try_parse_date(text) is not None
