"""A guideline for the decision (目安): which conditions set before the start are met. A person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Decision = Literal["continue", "fix", "stop"]
Verdict = Literal["met", "near", "unmet", "unknown"]
NEAR = 0.8
"""A condition is near when at least this share of the way from baseline to target is done."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure with its value before (`baseline`) and the value aimed at (`target`).

    The direction follows from the two: a lower target means less is better. With equal values
    `lower_is_better` tells (keep at or under / over).
    """

    figure: str
    target: float
    baseline: float | None = None
    lower_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition with what was measured. `way` is the share of the way done (1 = target reached)."""

    condition: Condition
    value: float | None
    verdict: Verdict
    way: float | None = None


@dataclass(frozen=True, slots=True)
class Guideline:
    """The suggestion and what it rests on; `decision` is None where nothing could be measured."""

    decision: Decision | None
    judged: tuple[Judged, ...]
    met: int
    known: int


def _judge_one(condition: Condition, value: float | None) -> Judged:
    if value is None:
        return Judged(condition, None, "unknown")
    down = condition.lower_is_better
    if condition.baseline is not None and condition.baseline != condition.target:
        down = condition.target < condition.baseline
    if value <= condition.target if down else value >= condition.target:
        return Judged(condition, value, "met", 1.0)
    if condition.baseline is None or condition.baseline == condition.target:
        return Judged(condition, value, "unmet")
    way = (condition.baseline - value) / (condition.baseline - condition.target)
    return Judged(condition, value, "near" if way >= NEAR else "unmet", way)


def judge(conditions: Sequence[Condition], values: Mapping[str, float | None]) -> Guideline:
    """Compare each condition with the measured value of its figure.

    More than half of all conditions met and none of the others worse than before: continue. None met and none
    nearer to its target than before: stop. Otherwise: fix. Conditions without a measured value are not met.
    """
    judged = tuple(_judge_one(c, values.get(c.figure)) for c in conditions)
    known = [j for j in judged if j.verdict != "unknown"]
    met = sum(1 for j in known if j.verdict == "met")
    if not known:
        return Guideline(None, judged, 0, 0)
    worse = any(j.way is not None and j.way < 0 for j in known)
    moved = any(j.verdict == "met" or (j.way or 0.0) > 0 for j in known)
    decision: Decision = "fix"
    if met * 2 > len(judged) and not worse:
        decision = "continue"
    elif met == 0 and not moved:
        decision = "stop"
    return Guideline(decision, judged, met, len(known))
