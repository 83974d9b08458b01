"""Which column is which: the head of a survey sheet, found and understood.

Sheets have title lines above the head, heads of two lines, other words for the same thing, and units in
brackets. `find_head` looks at the first lines and takes the one that names the most columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tomoni.engines.workload.cells import Cell, text
from tomoni.engines.workload.kinds import fold

HEAD_LINES = 30
MONTHS = tuple(f"m{month:02}" for month in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3))

SURVEY: Mapping[str, tuple[str, ...]] = {
    "path": ("所属", "組織", "部課係", "所属名", "部署", "担当部署", "section path", "部/課/係"),
    "division": ("部", "部名", "部局", "部局名", "division"),
    "section": ("課", "課名", "課室", "課室名", "所属課", "担当課", "section"),
    "team": ("係", "係名", "班", "担当", "グループ", "team"),
    "large": ("大分類", "業務大分類", "業務（大）", "大項目", "業務大", "事務事業", "large"),
    "middle": ("中分類", "業務中分類", "業務（中）", "中項目", "業務中", "middle"),
    "small": (
        "小分類",
        "業務小分類",
        "業務（小）",
        "小項目",
        "業務小",
        "業務名",
        "業務",
        "業務名称",
        "small",
    ),
    "step": ("作業", "作業名", "作業手順", "作業内容", "手順", "工程", "step"),
    "kind": (
        "業務分類",
        "作業分類",
        "作業種別",
        "業務種別",
        "種別",
        "分類",
        "作業区分",
        "kind",
        "kind of work",
    ),
    "core": ("コア業務", "コア", "コア区分", "コア業務区分", "コアノンコア", "core", "core flag"),
    "expertise": ("専門性", "専門性の程度", "専門度", "難易度", "expertise", "expertise level"),
    "routine": ("定型", "定型区分", "定型性", "定型非定型", "定型業務", "routine", "routine flag"),
    "doer": ("担い手", "従事者", "従事者区分", "任用", "任用区分", "職員区分", "実施者", "雇用形態", "doer"),
    "count": (
        "年間件数",
        "件数",
        "年間回数",
        "年間処理件数",
        "処理件数",
        "回数",
        "発生件数",
        "count",
        "count per year",
    ),
    "minutes": (
        "1件あたり時間",
        "1件当たり時間",
        "1件時間",
        "1回あたり時間",
        "1件あたり所要時間",
        "所要時間",
        "処理時間",
        "単位時間",
        "1件あたり",
        "1件当たり",
        "1件の分",
        "1件の時間",
        "minutes",
        "minutes each",
    ),
    "hours": ("年間時間", "年間業務時間", "年間作業時間", "年間所要時間", "年間合計時間", "時間計", "hours"),
    "method": ("測り方", "計測方法", "測定方法", "算出方法", "把握方法", "method", "measuring method"),
    "basis": ("根拠", "根拠法令", "根拠区分", "basis"),
    "system": (
        "使用システム",
        "システム",
        "利用システム",
        "システム名",
        "使用するシステム",
        "system",
        "system used",
    ),
    "input_medium": (
        "入力媒体",
        "受け取る形",
        "届く形",
        "インプット",
        "入力形態",
        "受領媒体",
        "input medium",
    ),
    "output_medium": ("出力媒体", "渡す形", "アウトプット", "出力形態", "交付媒体", "output medium"),
    "personal": ("個人情報", "個人情報の有無", "個人情報有無", "personal data", "personal"),
    "deadline": ("期限", "締切", "処理期限", "標準処理期間", "deadline"),
    "remarks": ("備考", "メモ", "特記事項", "課題", "remarks"),
    "task_id": ("標準業務id", "標準業務番号", "業務id", "標準id", "業務番号", "standard-task id", "task id"),
    "confidence": ("確からしさ", "確度", "信頼度", "精度", "confidence"),
}
PAID: Mapping[str, tuple[str, ...]] = {
    "division": SURVEY["division"],
    "section": (*SURVEY["section"], "所属", "所属名"),
    "doer": SURVEY["doer"],
    "heads": ("人数", "職員数", "人員", "実人数", "heads"),
    "paid": ("支払った時間", "支払時間", "勤務時間", "総勤務時間", "実勤務時間", "年間時間", "paid hours"),
    "scheduled": ("所定時間", "所定勤務時間", "所定内時間", "正規勤務時間", "scheduled"),
    "overtime": ("時間外", "時間外勤務", "時間外時間", "超過勤務", "残業", "残業時間", "overtime"),
    "leave": ("休暇", "休暇時間", "休暇等", "年休", "leave"),
    "year": ("年度", "対象年度", "year", "fiscal year"),
    "source": ("出典", "資料", "出所", "source"),
}
_MONTH = re.compile(r"^(?:[\d年度令和平成rh.]*年)?(\d{1,2})月分?(?:時間|時間数|分|h)?$")
_UNIT = re.compile(
    r"[(（\[［]\s*(?:単位[:：]?)?\s*(時間|h|hour|分|min|minutes?)[^)）\]］]*[)）\]］]", re.IGNORECASE
)
_BRACKET = re.compile(r"[(（\[［].*?[)）\]］]")


@dataclass(frozen=True, slots=True)
class Head:
    """A head that was found: `row` (0-based), the code of each column, its unit, and what is not clear."""

    row: int
    columns: dict[int, str]
    titles: dict[int, str]
    units: dict[int, str] = field(default_factory=dict)
    doubled: dict[str, tuple[int, ...]] = field(default_factory=dict)
    extra_months: tuple[int, ...] = ()

    def column(self, code: str) -> int | None:
        """The position of a column, or None."""
        return next((at for at, found in self.columns.items() if found == code), None)


def _index(vocabulary: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold(word): code for code, words in vocabulary.items() for word in (code, *words)}


_INDEX = {"survey": _index(SURVEY), "paid": _index(PAID)}


def recognise(title: str, sheet: str = "survey") -> str | None:
    """The code of a column by its title: with or without the unit in brackets; `m04` for 「4月」, `m13+` for 「13月」."""
    index = _INDEX[sheet]
    shown = unicodedata.normalize("NFKC", title).strip()
    if sheet == "survey" and (month := _MONTH.match(fold(_BRACKET.sub("", shown)))):
        return f"m{int(month[1]):02}" if 1 <= int(month[1]) <= 12 else "m13+"
    for candidate in (shown, _BRACKET.sub("", shown), *_BRACKET.findall(shown)):
        cleaned = fold(candidate).strip("()[]*※:").replace("当たり", "あたり").replace("一件", "1件")
        cleaned = re.sub(r"^[①-⑳\d]+[.．)]", "", cleaned)
        if code := index.get(cleaned):
            return code
    return None


def unit_of(title: str, code: str) -> str:
    """`hour` or `minute`: what a bare number in this column means."""
    if found := _UNIT.search(unicodedata.normalize("NFKC", title)):
        return "minute" if found[1].lower().startswith(("分", "m")) else "hour"
    shown = fold(title)
    if code == "minutes":
        return "hour" if shown.endswith("時間数") else "minute"
    return (
        "minute" if code.startswith("m") and shown.endswith("分") and not shown.endswith("月分") else "hour"
    )


def _head_at(rows: Sequence[Sequence[Cell]], row: int, sheet: str) -> Head:
    """What a head at this line would be; a title that is not known is tried together with the line above."""
    columns: dict[int, str] = {}
    titles: dict[int, str] = {}
    units: dict[int, str] = {}
    doubled: dict[str, list[int]] = {}
    extra: list[int] = []
    above = rows[row - 1] if row else ()
    for at, cell in enumerate(rows[row]):
        own, over = text(cell), text(above[at]) if at < len(above) else ""
        if not (own or over) or len(own) > 60:
            continue
        titles[at] = own or over
        code = recognise(own, sheet) or (
            recognise(over, sheet) if not own or own == over else recognise(over + own, sheet)
        )
        if code is None:
            continue
        if code == "m13+":
            extra.append(at)
        elif code in columns.values():
            doubled.setdefault(code, [next(p for p, c in columns.items() if c == code)]).append(at)
        else:
            columns[at] = code
            units[at] = unit_of(own or over, code)
    return Head(row, columns, titles, units, {k: tuple(v) for k, v in doubled.items()}, tuple(extra))


def usable(head: Head, sheet: str = "survey") -> bool:
    """Whether the columns found are enough to read the sheet."""
    found = set(head.columns.values())
    if sheet == "paid":
        return "section" in found and bool(found & {"paid", "scheduled"})
    time = bool(found & set(MONTHS)) or "hours" in found or "minutes" in found
    return bool(found & {"path", "section"}) and time and len(found) >= 4


def find_head(rows: Sequence[Sequence[Cell]], sheet: str = "survey") -> Head | None:
    """The line that names the most columns among the first ones; None when nothing looks like a head."""
    best: Head | None = None
    for row in range(min(HEAD_LINES, len(rows))):
        head = _head_at(rows, row, sheet)
        if len(head.columns) >= 2 and (best is None or len(head.columns) > len(best.columns)):
            best = head
    return best if best is not None and len(best.columns) >= 3 else None


def remap(head: Head, choice: Mapping[int, str]) -> Head:
    """The head with a person's corrections: column position → code ("" = not used)."""
    columns = {at: code for at, code in head.columns.items() if at not in choice}
    for at, code in sorted(choice.items()):
        if not code:
            continue
        columns = {p: c for p, c in columns.items() if c != code}
        columns[at] = code
    units = {at: unit_of(head.titles.get(at, ""), code) for at, code in columns.items()}
    doubled = {c: places for c, places in head.doubled.items() if not any(p in choice for p in places)}
    return Head(head.row, dict(sorted(columns.items())), head.titles, units, doubled, head.extra_months)
