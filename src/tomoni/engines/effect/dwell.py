"""Days between states (経過日数): waiting included, never mixed with time at work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tomoni.engines.effect.stats import MIN_CASES, Summary, summarise

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Span:
    """A record in a state from `entered_at` to `left_at` (None: still there)."""

    record: int
    state: str
    entered_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StateDwell:
    """A state's dwell in days: `ended` stays, `still` records in it now, figures from the ended stays."""

    state: str
    ended: int
    still: int
    summary: Summary | None


def dwell_by_state(
    spans: Iterable[Span],
    states: Iterable[str],
    since: datetime,
    until: datetime,
    *,
    final: Collection[str] = (),
) -> list[StateDwell]:
    """Days in each state, for stays that ended in `[since, until)`, in the order of `states`.

    Stays that have not ended by `until` are counted, not guessed. Final states have no dwell: left out.
    """
    ended: dict[str, list[float]] = {}
    still: dict[str, int] = {}
    for span in spans:
        if span.entered_at >= until:
            continue
        if span.left_at is None or span.left_at >= until:
            still[span.state] = still.get(span.state, 0) + 1
        elif span.left_at >= since:
            days = (span.left_at - span.entered_at).total_seconds() / DAY
            ended.setdefault(span.state, []).append(days)
    return [
        StateDwell(s, len(ended.get(s, [])), still.get(s, 0), summarise(ended.get(s, []), at_least=MIN_CASES))
        for s in states
        if s not in final
    ]


def elapsed_days(
    spans: Iterable[Span], final: Collection[str], since: datetime, until: datetime
) -> Mapping[int, float]:
    """Record → days from its first state to a final one, for records finished in `[since, until)`.

    A record that was reopened counts from its first entry to its last arrival in a final state before
    `until`; one that is open again at `until` is not finished.
    """
    first: dict[int, datetime] = {}
    last: dict[int, Span] = {}
    for span in spans:
        if span.entered_at >= until:
            continue
        if span.record not in first or span.entered_at < first[span.record]:
            first[span.record] = span.entered_at
        if span.record not in last or span.entered_at >= last[span.record].entered_at:
            last[span.record] = span
    return {
        record: (span.entered_at - first[record]).total_seconds() / DAY
        for record, span in last.items()
        if span.state in final and since <= span.entered_at < until
    }
