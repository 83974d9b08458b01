"""The rows of the invented town: hours by section and kind, split into tasks and steps, and the paid hours."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from sample_tasks import COMMON, REST, SECTIONS

YEAR = "令和7年度"
KINDS = {
    "receive": "受付",
    "input": "入力",
    "check": "確認",
    "consult": "相談",
    "examine": "審査",
    "visit": "訪問・現地",
    "plan": "企画・計画",
    "decide": "決裁",
    "issue": "交付・通知",
    "enquire": "照会",
    "meeting": "会議",
    "collect": "収納・支払",
    "filing": "文書管理",
    "statistics": "統計・報告",
    "procurement": "契約",
    "general": "庶務",
    "travel": "移動",
    "learn": "研修・学び",
    "council": "議会対応",
    "emergency": "災害対応",
}
CORE = {"consult", "examine", "visit", "plan", "decide"}
EACH = {
    "receive": (5, 12),
    "input": (6, 18),
    "check": (4, 12),
    "consult": (20, 50),
    "examine": (15, 50),
    "visit": (60, 150),
    "plan": (240, 900),
    "decide": (4, 9),
    "issue": (3, 9),
    "enquire": (20, 60),
    "meeting": (60, 90),
    "collect": (5, 12),
    "filing": (8, 20),
    "statistics": (60, 180),
    "procurement": (60, 240),
    "general": (15, 40),
    "travel": (20, 50),
    "learn": (60, 180),
    "council": (120, 300),
    "emergency": (120, 240),
}
COLUMNS = ("受付", "入力", "確認", "相談", "審査", "訪問", "企画", "決裁", "交付", "照会", "会議", "その他")
KEYS = (
    "receive",
    "input",
    "check",
    "consult",
    "examine",
    "visit",
    "plan",
    "decide",
    "issue",
    "enquire",
    "meeting",
)
HEAD = [
    "部",
    "課",
    "係",
    "大分類",
    "中分類",
    "小分類",
    "作業",
    "業務分類",
    "コア業務",
    "専門性",
    "定型",
    "担い手",
    "年間件数",
    "1件あたり時間（分）",
    "測り方",
    *(f"{m}月（時間）" for m in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)),
    "根拠",
    "使用システム",
    "届く形",
    "渡す形",
    "個人情報",
    "期限",
    "備考",
    "標準業務ID",
    "確からしさ",
]
COVERAGE = {
    "市民課": 78,
    "税務課": 76,
    "保険年金課": 82,
    "福祉課": 67,
    "子育て支援課": 73,
    "健康推進課": 64,
    "土木課": 52,
    "都市計画課": 58,
    "環境課": 42,
    "教育総務課": 56,
    "総務課": 61,
    "企画課": 58,
    "会計課": 66,
    "産業振興課": 49,
}
PAID_TOTAL, STAFF, REGULAR = 705_900, 390, 284
TARGET = 408_140
SEASONS = {
    "税務課": (9, 9, 8, 6, 6, 6, 6, 7, 8, 10, 13, 12),
    "市民課": (12, 8, 7, 7, 7, 7, 7, 7, 7, 8, 8, 15),
}
FLAT = (9, 8, 8, 8, 8, 8, 9, 8, 8, 8, 9, 9)


@dataclass(frozen=True)
class Row:
    """One row of the sheet."""

    division: str
    section: str
    team: str
    large: str
    middle: str
    small: str
    step: str
    kind: str
    doer: str
    count: int | None
    each: int | None
    method: str
    months: tuple[float, ...]
    basis: str
    system: str
    arrives: str
    leaves: str
    personal: str
    deadline: str
    remarks: str
    task_id: str
    routine: str
    expertise: int
    confidence: str

    @property
    def hours(self) -> float:
        """Hours a year."""
        return sum(self.months) if self.months else (self.count or 0) * (self.each or 0) / 60

    def cells(self) -> list[object]:
        """The row in the order of HEAD."""
        core = "○" if self.kind in CORE else "×"
        months = list(self.months) if self.months else [None] * 12
        return [
            self.division,
            self.section,
            self.team,
            self.large,
            self.middle,
            self.small,
            self.step,
            KINDS[self.kind],
            core,
            self.expertise,
            self.routine,
            self.doer,
            self.count,
            self.each,
            self.method,
            *months,
            self.basis,
            self.system,
            self.arrives,
            self.leaves,
            self.personal,
            self.deadline,
            self.remarks,
            self.task_id,
            self.confidence,
        ]


def targets(section: str) -> dict[str, float]:
    """Hours by kind of a section: judgement work scaled to what 泉大津市 found, the rest of it to the column その他."""
    figures = SECTIONS[section][2]
    wanted = dict(zip(KEYS, map(float, figures[:11]), strict=True))
    freed = 0.0
    for kind in ("consult", "examine", "visit", "plan"):
        freed += wanted[kind] * 0.32
        wanted[kind] *= 0.68
    rest = figures[11] + freed * 0.4
    for kind, part in (("issue", 0.2), ("enquire", 0.2), ("meeting", 0.2)):
        wanted[kind] += freed * part
    for kind, percent in REST.items():
        wanted[kind] = wanted.get(kind, 0) + rest * percent / 100
    return {kind: hours for kind, hours in wanted.items() if hours >= 20}


def manner(kind: str, rng: random.Random) -> tuple[str, int, str]:
    """Routine, expertise and confidence of a step."""
    if kind in CORE:
        return (
            rng.choice(["非定型", "非定型", "一部定型"]),
            rng.choice([3, 4, 5]),
            rng.choice(["中", "中", "低"]),
        )
    if kind in ("receive", "input", "check", "issue", "collect"):
        return (
            rng.choice(["定型", "定型", "定型", "一部定型"]),
            rng.choice([1, 1, 2]),
            rng.choice(["高", "中", "中"]),
        )
    return rng.choice(["一部定型", "定型", "非定型"]), rng.choice([1, 2, 3]), rng.choice(["中", "低"])


def amount(row: Row, hours: float, rng: random.Random) -> Row:
    """Give a row its hours: by month where the app's log knows them, else count × minutes."""
    if row.method == "記録":
        season = SEASONS.get(row.section, FLAT)
        months = tuple(round(hours * share / sum(season), 1) for share in season)
        return replace(
            row,
            months=months,
            count=max(1, round(hours * 60 / rng.randint(*EACH[row.kind]) / 10) * 10),
            each=None,
        )
    each = rng.randint(*EACH[row.kind])
    count = max(1, round(hours * 60 / each))
    count = round(count, -1) if count > 200 else count
    return replace(row, count=count, each=each)


def split(row: Row, hours: float, rng: random.Random) -> list[Row]:
    """One row, or regular and fiscal-year staff apart where the work is large."""
    clerical = row.kind in ("receive", "input", "check", "issue", "collect")
    if clerical and hours > 3200:
        share = rng.choice([0.45, 0.5, 0.55])
        made = [
            amount(row, hours * share, rng),
            amount(replace(row, doer="会計年度任用"), hours * (1 - share), rng),
        ]
        return made
    return [amount(row, hours, rng)]


def section_rows(section: str, rng: random.Random) -> list[Row]:
    """All rows of a section: its own tasks, then common work for kinds that they leave open."""
    division, team, _figures, tasks = SECTIONS[section]
    wanted = {kind: hours * SCALE for kind, hours in targets(section).items()}
    plans: list[tuple[Row, float]] = []
    for task in tasks:
        large, middle, small, task_id, basis, system, arrives, steps = task.split("|")
        for step in steps.split(","):
            name, kind = step.split(":")
            plans.append(
                (
                    blank(
                        division,
                        section,
                        team,
                        large,
                        middle,
                        small,
                        name,
                        kind,
                        rng,
                        task_id,
                        basis,
                        system,
                        arrives,
                    ),
                    rng.uniform(0.7, 1.6),
                )
            )
    covered = {row.kind for row, _weight in plans}
    for kind, (large, middle, small) in COMMON.items():
        if kind in wanted and kind not in covered:
            plans.append((blank(division, section, team, large, middle, small, small, kind, rng), 0.8))
    kit = kit_rows() if section == "健康推進課" else []
    for row in kit:
        wanted[row.kind] -= row.hours
    weights: dict[str, float] = {}
    for row, weight in plans:
        weights[row.kind] = weights.get(row.kind, 0) + weight
    rows = [
        made
        for row, weight in plans
        for made in split(row, max(8.0, wanted.get(row.kind, 10.0) * weight / weights[row.kind]), rng)
    ]
    return kit + rows


def blank(
    division: str,
    section: str,
    team: str,
    large: str,
    middle: str,
    small: str,
    step: str,
    kind: str,
    rng: random.Random,
    task_id: str = "",
    basis: str = "慣行",
    system: str = "",
    arrives: str = "ファイル",
) -> Row:
    """A row without its figures."""
    routine, expertise, confidence = manner(kind, rng)
    method = rng.choices(["積み上げ", "記録", "実測", "配分"], [58, 27, 11, 4])[0]
    leaves = {"issue": "紙・郵送", "input": "システム", "check": "システム"}.get(kind, "紙")
    personal = (
        "×"
        if section in ("土木課", "企画課", "会計課") or kind in ("meeting", "general", "travel", "learn")
        else "○"
    )
    deadline = {"receive": "受付の当日", "issue": "決定から1週間", "input": "受付から3日"}.get(kind, "")
    return Row(
        division,
        section,
        team,
        large,
        middle,
        small,
        step,
        kind,
        "正規",
        None,
        None,
        method,
        (),
        basis,
        system,
        arrives,
        leaves,
        personal,
        deadline,
        "",
        task_id,
        routine,
        expertise,
        confidence,
    )


def kit_rows() -> list[Row]:
    """The task that the reception kit replaces: 1,150 cases × (8 + 5 + 6 + 4) minutes."""
    base = Row(
        "健康福祉部",
        "健康推進課",
        "母子保健係",
        "母子保健",
        "歯科",
        "乳幼児歯科相談の受付",
        "",
        "receive",
        "正規",
        1150,
        8,
        "実測",
        (),
        "要綱",
        "健康管理システム",
        "電話・紙",
        "紙",
        "○",
        "相談日の3日前",
        "",
        "std-0731",
        "定型",
        1,
        "高",
    )
    return [
        replace(base, step="受付", kind="receive", each=8, remarks="電話と葉書で受け、紙の予約簿に書く"),
        replace(base, step="確認", kind="check", each=5, remarks="対象の年齢と前回の受診を名簿で見る"),
        replace(
            base,
            step="入力",
            kind="input",
            each=6,
            doer="会計年度任用",
            arrives="紙",
            leaves="システム",
            remarks="予約簿から健康管理システムに写す",
        ),
        replace(
            base,
            step="通知",
            kind="issue",
            each=4,
            doer="会計年度任用",
            arrives="システム",
            leaves="紙・郵送",
            deadline="予約から1週間",
            remarks="日時と持ち物の葉書を送る",
        ),
    ]


def _scale() -> float:
    return TARGET / sum(sum(targets(section).values()) for section in SECTIONS)


SCALE = _scale()


def town_rows() -> list[Row]:
    """Every row of the survey."""
    rng = random.Random(731)
    return [row for section in SECTIONS for row in section_rows(section, rng)]


def paid_rows(rows: list[Row]) -> list[list[object]]:
    """Heads and paid hours by section and doer; together 390 people and 705,900 hours."""
    hours: dict[str, float] = {}
    for row in rows:
        hours[row.section] = hours.get(row.section, 0) + row.hours
    raw = {section: hours[section] * 100 / COVERAGE[section] for section in SECTIONS}
    scale = PAID_TOTAL / sum(raw.values())
    made: list[list[object]] = []
    left, left_regular, left_paid = STAFF, REGULAR, PAID_TOTAL
    names = list(SECTIONS)
    for number, section in enumerate(names):
        last = number == len(names) - 1
        paid = left_paid if last else 10 * round(raw[section] * scale / 10)
        heads = left if last else max(2, round(STAFF * paid / PAID_TOTAL))
        regular = left_regular if last else min(heads - 1, round(heads * REGULAR / STAFF))
        left, left_regular, left_paid = left - heads, left_regular - regular, left_paid - paid
        share = regular * 1930 / (regular * 1930 + (heads - regular) * 1490)
        first = round(paid * share)
        division = SECTIONS[section][0]
        for doer, people, whole in (
            ("正規", regular, first),
            ("会計年度任用", heads - regular, paid - first),
        ):
            overtime, leave = round(whole * 0.061), round(whole * 0.068)
            made.append(
                [
                    division,
                    section,
                    doer,
                    people,
                    whole - overtime + leave,
                    overtime,
                    leave,
                    whole,
                    YEAR,
                    "人事課「令和7年度 勤務実績」",
                ]
            )
    return made
