"""Which steps are worth asking about first (見直しの候補): a ranking with a range, never a headcount.

For each step of a task, from five properties between 0 and 1:

    score = routine × volume × digital input × rule clarity × error cost

| property | value |
|---|---|
| routine 定型の度合い | 定型 1.0 · 一部定型 0.6 · 非定型 0.2 · 不明 0.5 |
| volume 年間時間 | h ÷ (h + 400): 400 hours a year give 0.5 |
| digital input 届く形 | オンライン・システム 1.0 · ファイル 0.8 · 紙などと混在 0.6 · 紙・電話・窓口だけ 0.35 · 不明 0.4 |
| rule clarity 規則の明確さ | 法令・条例・規則 1.0 · 要綱 0.8 · 慣行 0.5 · 不明 0.5 |
| error cost 誤りの影響 | 個人情報なし 1.0 · 不明 0.9 · あり 0.8; × 0.7 where much expertise (4–5) is needed |

Expected reduction = hours × (routine × rule × error) × low … high, where low … high is 25–60 %, or 15–70 %
when the figure is uncertain (配分, no method, or low confidence); halved inside nationally standardised
systems, which can only be improved around. Digital input is left out of the range because the form in which
things arrive is what a review may change. Shown rounded down to 10 hours. Only kinds of work that are handling are ranked; 相談, 訪問, 企画,
会議 and the like never are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tomoni.engines.workload.kinds import fold, media_of

RANKED = frozenset(
    {
        "receive",
        "input",
        "check",
        "issue",
        "enquire",
        "collect",
        "filing",
        "statistics",
        "procurement",
        "general",
    }
)
MIN_MINUTES = 20 * 60
_HALF_VOLUME = 400 * 60
_ROUTINE = {"routine": 100, "partly": 60, "varied": 20, "": 50}
_RULE = {"law": 100, "ordinance": 100, "rule": 100, "guideline": 80, "custom": 50, "": 50}
_STANDARD = tuple(map(fold, ("標準準拠", "住民記録", "住民基本台帳", "税務システム", "標準化")))


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a task with a year's minutes, as surveyed (rows of different doers added up)."""

    task_id: str
    section: str
    task: str
    step: str
    kind: str
    minutes: int
    routine: str = ""
    basis: str = ""
    input_medium: str = ""
    system: str = ""
    personal: bool | None = None
    expertise: int | None = None
    method: str = ""
    confidence: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked step: `score` in millionths, expected reduction in whole hours, factors in per cent, reasons as codes."""

    step: Step
    score: int
    low_hours: int
    high_hours: int
    factors: tuple[tuple[str, int], ...]
    reasons: tuple[str, ...]


def digital_percent(medium: str) -> int:
    """How digital the input is, in per cent."""
    media = media_of(medium)
    if not media:
        return 40
    digital, hand = media & {"online", "system", "file"}, media & {"paper", "fax", "phone", "counter"}
    if digital and hand:
        return 60
    if digital:
        return 80 if digital == {"file"} else 100
    return 35


def error_percent(personal: bool | None, expertise: int | None) -> int:
    """How little an error costs, in per cent: lower where mistakes weigh more."""
    base = {True: 80, False: 100, None: 90}[personal]
    return base * 70 // 100 if expertise is not None and expertise >= 4 else base


def inside_standard_system(system: str) -> bool:
    """Whether the step happens inside a nationally standardised system (標準準拠システム)."""
    folded = fold(system)
    return any(word in folded for word in _STANDARD)


def score(step: Step) -> tuple[int, tuple[tuple[str, int], ...]]:
    """The score in millionths and its five factors in per cent."""
    factors = (
        ("routine", _ROUTINE[step.routine]),
        ("volume", step.minutes * 100 // (step.minutes + _HALF_VOLUME)),
        ("digital", digital_percent(step.input_medium)),
        ("rule", _RULE[step.basis]),
        ("error", error_percent(step.personal, step.expertise)),
    )
    product = 1
    for _name, value in factors:
        product *= value
    return product // 10_000, factors


def expected(step: Step) -> tuple[int, int]:
    """The expected reduction in hours a year, low and high, rounded down to 10 hours (1 hour under 100 hours)."""
    potential = _ROUTINE[step.routine] * _RULE[step.basis] * error_percent(step.personal, step.expertise)
    unsure = step.method in ("share", "") or step.confidence == "low"
    halves = 2 if inside_standard_system(step.system) else 1
    ends = []
    for percent in (15, 70) if unsure else (25, 60):
        hours = step.minutes * potential * percent // (60 * 100**4 * halves)
        ends.append(hours // 10 * 10 if hours >= 100 else hours)
    return ends[0], ends[1]


def reasons(step: Step) -> tuple[str, ...]:
    """Why the step is where it is, as codes that the room turns into words; the telling ones first."""
    found = []
    if step.routine == "routine":
        found.append("routine")
    elif step.routine == "varied":
        found.append("varied")
    if inside_standard_system(step.system):
        found.append("standard_system")
    if step.count is not None and step.count >= 10_000:
        found.append("many")
    media = media_of(step.input_medium)
    digital, hand = media & {"online", "system", "file"}, media & {"paper", "fax", "phone", "counter"}
    found.append(
        "mixed" if digital and hand else "digital" if digital else "hand" if hand else "medium_unknown"
    )
    if step.kind in ("input", "check") and digital:
        found.append("retyped")
    if step.basis in ("law", "ordinance", "rule"):
        found.append("clear_rule")
    elif step.basis == "custom":
        found.append("custom")
    if step.expertise is not None and step.expertise >= 4:
        found.append("expert")
    if step.method in ("share", "") or step.confidence == "low":
        found.append("unsure")
    return tuple(found)


def rank(steps: Iterable[Step]) -> list[Candidate]:
    """Candidates, best first; ties by hours, then by task and step so that the order is always the same."""
    found = []
    for step in steps:
        if step.kind not in RANKED or step.minutes < MIN_MINUTES:
            continue
        points, factors = score(step)
        low, high = expected(step)
        if high > 0:
            found.append(Candidate(step, points, low, high, factors, reasons(step)))
    return sorted(found, key=lambda c: (-c.score, -c.step.minutes, c.step.task_id, c.step.step))
