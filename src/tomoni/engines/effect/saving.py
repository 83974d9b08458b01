"""Hours set free (生み出した時間): survey minutes against measured minutes, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tomoni.engines.effect.stats import Summary


@dataclass(frozen=True, slots=True)
class StepMinutes:
    """A step of the survey: how often a year, how many minutes each."""

    name: str
    count: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Saving:
    """Hours a year. `low`/`high` come from the 95 % range of the measured median (None: not enough cases)."""

    survey_minutes: float
    measured_minutes: float
    yearly_count: float
    hours: float
    low: float | None = None
    high: float | None = None


def minutes_per_case(steps: Sequence[StepMinutes]) -> tuple[float, float]:
    """Minutes a case and cases a year, from the survey's steps of a task.

    Cases a year is the largest count of any step; a step done less often weighs less:
    Σ(count × minutes) ÷ cases. (0, 0) without steps.
    """
    cases = max((s.count for s in steps), default=0.0)
    if cases <= 0:
        return 0.0, 0.0
    return sum(s.count * s.minutes for s in steps) / cases, cases


def saving(survey_minutes: float, measured: Summary, yearly_count: float) -> Saving:
    """(survey minutes − measured minutes) × cases a year ÷ 60. Negative where the work grew."""

    def hours(minutes: float) -> float:
        return (survey_minutes - minutes) * yearly_count / 60

    return Saving(
        survey_minutes,
        measured.median,
        yearly_count,
        hours(measured.median),
        None if measured.high is None else hours(measured.high),
        None if measured.low is None else hours(measured.low),
    )
