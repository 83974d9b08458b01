"""What a round is judged by: the app's own figures, the residents' answers, the conditions set before the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tomoni.challenges import neighbours
from tomoni.challenges.models import Challenge, Figure
from tomoni.engines.effect import (
    Condition,
    Guideline,
    Saving,
    Span,
    StateDwell,
    Summary,
    dwell_by_state,
    elapsed_days,
    judge,
    saving,
    summarise,
)
from tomoni.records.worktime import facade as worktime
from tomoni.records.worktime.facade import Effect, Period


@dataclass(frozen=True, slots=True)
class Measured:
    """A period's figures. `effect` is 作業時間, `elapsed` 経過日数; they never meet in one number."""

    since: date
    until: date
    label: str = ""
    effect: Effect | None = None
    elapsed: Summary | None = None
    elapsed_cases: int = 0
    states: tuple[StateDwell, ...] = ()
    score: float | None = None
    scores: int = 0

    def values(self) -> dict[str, float | None]:
        """Figure code → value, None where it cannot be said."""
        active = self.effect.active if self.effect else None
        return {
            Figure.ACTIVE: active.median if active else None,
            Figure.ELAPSED: self.elapsed.median if self.elapsed else None,
            Figure.SCORE: self.score,
        }

    def to_json(self) -> dict[str, Any]:
        """What a decision keeps of the figures it was taken on."""
        active = self.effect.active if self.effect else None
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "handled": self.effect.handled if self.effect else 0,
            "recorded": self.effect.recorded if self.effect else 0,
            "hidden": self.effect.hidden if self.effect else False,
            "active": asdict(active) if active else None,
            "elapsed": asdict(self.elapsed) if self.elapsed else None,
            "score": self.score,
            "scores": self.scores,
        }


def measure(challenge: Challenge, since: date, until: date) -> Measured:
    """The figures of one period `[since, until)`, residents' answers included."""
    found = measure_all(challenge, [Period("", since, until)])[0]
    answers = neighbours.answers(task_id=challenge.task_id, since=since) if challenge.task_id else None
    if answers is None:
        return found
    known = {name: getattr(found, name) for name in Measured.__slots__}
    return Measured(**(known | {"score": answers.average, "scores": answers.count}))


def measure_all(challenge: Challenge, periods: Sequence[Period]) -> list[Measured]:
    """The app's figures of several periods; empty ones without an app."""
    if not challenge.app_code:
        return [Measured(p.since, p.until, p.label) for p in periods]
    effects = worktime.effects(app=challenge.app_code, periods=periods)
    spans, states = worktime.spans(app=challenge.app_code)
    final = worktime.final_states(states)
    names = [s.name for s in states]
    found = []
    for index, period in enumerate(periods):
        since, until = period.moments()
        days = elapsed_days(spans, final, since, until) if final else {}
        found.append(
            Measured(
                period.since,
                period.until,
                period.label,
                effects[index] if effects else None,
                summarise(days.values()),
                len(days),
                _dwell(spans, names, since, until, final),
            )
        )
    return found


def _dwell(
    spans: list[Span], names: list[str], since: datetime, until: datetime, final: frozenset[str]
) -> tuple[StateDwell, ...]:
    return tuple(dwell_by_state(spans, names, since, until, final=final))


def guideline(challenge: Challenge, measured: Measured, declared: Mapping[str, Decimal]) -> Guideline:
    """Which conditions set before the start are met; a declared value stands in where the app has none."""
    values = measured.values()
    for figure, value in declared.items():
        if values.get(figure) is None:
            values[figure] = float(value)
    conditions = [
        Condition(
            m.figure,
            float(m.target),
            None if m.baseline is None else float(m.baseline),
            lower_is_better=m.figure not in (Figure.SCORE, Figure.GONE),
        )
        for m in challenge.measures.all()
    ]
    return judge(conditions, values)


def guideline_json(found: Guideline) -> dict[str, Any]:
    """The guideline as it is kept with a decision."""
    return {
        "decision": found.decision,
        "met": found.met,
        "known": found.known,
        "judged": [
            {
                "figure": j.condition.figure,
                "target": j.condition.target,
                "baseline": j.condition.baseline,
                "value": j.value,
                "verdict": j.verdict,
            }
            for j in found.judged
        ],
    }


def freed(challenge: Challenge, measured: Measured, subject: neighbours.Subject | None) -> Saving | None:
    """Hours a year set free, by the survey's minutes and the measured median; None where either is missing."""
    active = measured.effect.active if measured.effect else None
    if active is None or subject is None or not subject.cases:
        return None
    return saving(subject.minutes, active, subject.cases)
