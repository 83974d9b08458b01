"""One cell at a time: numbers, lengths of time and Japanese years as people really write them.

All times become whole seconds or minutes (integers), so that sums never drift. A cell that cannot be
understood raises `CellError` with a code; the room turns codes into sentences.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

Cell = str | int | float | bool | Decimal | date | datetime | time | timedelta | None

_NUMBER = r"\d+(?:\.\d+)?|\.\d+"
_TIME = re.compile(
    rf"^(?:(?P<h>{_NUMBER})(?:時間|hours?|hrs?|h))?(?P<half>半)?(?:(?P<m>{_NUMBER})(?:分間?|minutes?|mins?|min|m))?"
    rf"(?:(?P<s>{_NUMBER})(?:秒|seconds?|secs?|s))?$"
)
_CLOCK = re.compile(r"^(?P<h>\d{1,4}):(?P<m>\d{1,2})(?::(?P<s>\d{1,2})(?:\.\d+)?)?$")
_PLAIN = re.compile(r"^(?P<sign>[-+]?)(?P<n>\d+(?:\.\d+)?|\.\d+)$")
_ABOUT = re.compile(r"^(?:約|およそ|概ね|おおむね|ca\.?|~|〜)|(?:程度|くらい|ぐらい|前後)$")
_COUNTERS = re.compile(r"(?:件|回|通|枚|人|名|世帯|部|冊|台|箇所|か所|ヶ所|日|本|社)(?:/年|/年間)?$")
_TWELVE = re.compile(r"(?<![\d.])(?:\d{12}|\d{4}[-‐−–]\d{4}[-‐−–]\d{4}|\d{4} \d{4} \d{4})(?![\d.])")
_WAREKI = re.compile(r"^(?P<era>令和|平成|昭和|r|h|s)\.?(?P<y>\d{1,2}|元)年?度?")
_SEIREKI = re.compile(r"^(?P<y>(?:19|20)\d{2})(?:年|年度|/|-|\.|$)")
_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
_DITTO = {"〃", "々", "同上", "同", '"', "''", "″", "同じ"}
_DASHES = {"-", "ー", "―", "‐", "−", "–", "—", "_"}


class CellError(ValueError):
    """A cell that cannot be taken: `code` says why, `details` carries what the sentence needs."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = details
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Number:
    """A parsed amount: `value` in the unit asked for, `about` when the cell said 約 or 程度."""

    value: Decimal
    about: bool = field(default=False)


def text(cell: Cell) -> str:
    """The cell as trimmed text; digits and signs keep their width (names may need them), NUL is dropped."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, timedelta):
        seconds = int(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell).replace("\0", "").strip().strip("\u3000").strip()


def plain(cell: Cell) -> str:
    """The cell as text for reading numbers: NFKC, casefold, without spaces and thousands separators."""
    folded = unicodedata.normalize("NFKC", text(cell)).casefold()
    folded = re.sub(r"[‐−–—―ー](?=[\d.])", "-", folded).replace("▲", "-").replace("△", "-")
    return re.sub(r"(?<=\d)[,、'’](?=\d{3}(?!\d))", "", "".join(folded.split()))


def is_ditto(cell: Cell) -> bool:
    """Whether the cell says "as above" (〃, 同上)."""
    return unicodedata.normalize("NFKC", text(cell)) in _DITTO or text(cell) in _DITTO


def is_nothing(cell: Cell) -> bool:
    """Whether the cell is empty or only a dash."""
    shown = text(cell)
    return not shown or shown in _DASHES or unicodedata.normalize("NFKC", shown) in _DASHES


def individual_number(cell: Cell) -> bool:
    """Whether the cell holds what may be a 12-digit individual number (個人番号): it must not be stored."""
    shown = unicodedata.normalize("NFKC", text(cell))
    return len(shown) >= 12 and bool(_TWELVE.search(shown))


def _decimal(found: str) -> Decimal:
    try:
        return Decimal(found)
    except InvalidOperation as error:  # pragma: no cover - the patterns only let numbers through
        raise CellError("not_a_number", value=found) from error


def _about(shown: str) -> tuple[str, bool]:
    stripped = _ABOUT.sub("", shown)
    stripped = _ABOUT.sub("", stripped)
    return stripped, stripped != shown


def number(cell: Cell) -> Number | None:
    """A plain number (「１，１５０件」, 1150.0, 「約500」); None for an empty cell; `CellError` otherwise."""
    if is_nothing(cell):
        return None
    if isinstance(cell, bool):
        raise CellError("not_a_number", value=text(cell))
    shown, about = _about(plain(cell))
    shown = _COUNTERS.sub("", shown)
    match = _PLAIN.match(shown)
    if match is None or len(shown) > 24:
        raise CellError("not_a_number", value=text(cell))
    value = _decimal(match["n"])
    return Number(-value if match["sign"] == "-" else value, about)


def seconds(cell: Cell, unit: str = "minute") -> Number | None:
    """A length of time in seconds. `unit` (`minute` or `hour`) is meant where the cell gives none.

    Understands 8, 「８分」, 「1時間30分」, 「1.5h」, 「1:30」 (hours and minutes), Excel times, 「約10分」.
    """
    if is_nothing(cell):
        return None
    if isinstance(cell, timedelta):
        return Number(Decimal(int(cell.total_seconds())))
    if isinstance(cell, time):
        return Number(Decimal(cell.hour * 3600 + cell.minute * 60 + cell.second))
    shown, about = _about(plain(cell))
    if isinstance(cell, bool | date | datetime) or len(shown) > 40:
        raise CellError("not_a_time", value=text(cell))
    if plain_match := _PLAIN.match(shown):
        value = _decimal(plain_match["n"]) * (3600 if unit == "hour" else 60)
        return Number(-value if plain_match["sign"] == "-" else value, about)
    if clock := _CLOCK.match(shown):
        whole = int(clock["h"]) * 3600 + int(clock["m"]) * 60 + int(clock["s"] or 0)
        return Number(Decimal(whole), about)
    negative, shown = shown.startswith("-"), shown.lstrip("-")
    match = _TIME.match(shown)
    if match is None or not any(match[part] for part in "hms"):
        raise CellError("not_a_time", value=text(cell))
    value = sum(
        (_decimal(match[p]) * f for p, f in (("h", 3600), ("m", 60), ("s", 1)) if match[p]), Decimal(0)
    )
    if match["half"]:
        value += 1800 if match["h"] else 0
    return Number(-value if negative else value, about)


def whole(value: Decimal) -> int:
    """Round half up to an integer."""
    return int((value + Decimal("0.5")).__floor__()) if value >= 0 else -whole(-value)


def fiscal_year(cell: Cell) -> int | None:
    """A fiscal year: 2025, 「令和7年度」, 「R7」, 「2025年度」; None when empty; `CellError` otherwise."""
    if is_nothing(cell):
        return None
    shown = plain(cell)
    if match := _WAREKI.match(shown):
        year = _ERAS[match["era"]] + (1 if match["y"] == "元" else int(match["y"]))
    elif match := _SEIREKI.match(shown):
        year = int(match["y"])
    else:
        raise CellError("not_a_year", value=text(cell))
    if not 1950 <= year <= 2100:
        raise CellError("not_a_year", value=text(cell))
    return year
