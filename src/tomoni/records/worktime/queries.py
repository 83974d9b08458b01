"""Reads of working time. Figures of cases, never of people; nothing from fewer than three staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Sum

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.engines.effect import MIN_CASES, MIN_STAFF, Span, Summary, hidden_groups, summarise
from tomoni.records.models import App, StateLog
from tomoni.records.schema.spec import StateSpec
from tomoni.records.worktime.actions.forget import ALL, NO_STATE
from tomoni.records.worktime.models import Hand, StaffCount, Tap, Worked
from tomoni.records.worktime.pseudonym import month_of, pseudonym

TOLD = ("phone", "paper", "counter", "other")


@dataclass(frozen=True, slots=True)
class Period:
    """Days `[since, until)` under a label, for example a round."""

    label: str
    since: date
    until: date

    def moments(self) -> tuple[datetime, datetime]:
        """The period as moments in Asia/Tokyo."""
        return (
            datetime.combine(self.since, time.min, clock.TOKYO),
            datetime.combine(self.until, time.min, clock.TOKYO),
        )


@dataclass(frozen=True, slots=True)
class StateMinutes:
    """作業時間 in one state: minutes a case, hidden under three staff, None under five cases."""

    state: str
    step: str
    cases: int
    summary: Summary | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What was handled in a period and the 作業時間 of a case in minutes.

    `handled` cases finished in the period; `recorded` those of them with any working time. `hidden`: fewer
    than three staff, so no figure. `active` is None also under five cases. `minutes` of all recorded cases
    together; `told` those by telephone, paper, counter and other, included there and in `active`. None: hidden.
    """

    period: Period
    handled: int
    recorded: int
    hidden: bool
    active: Summary | None
    minutes: float | None
    told: dict[str, float] | None
    states: tuple[StateMinutes, ...] = field(default_factory=tuple)

    @property
    def few_cases(self) -> bool:
        """Too few cases for a figure (「件数が足りません」)."""
        return not self.hidden and self.recorded < MIN_CASES


def effect(*, app: str, since: date, until: date) -> Effect:
    """The effect in `[since, until)`; see `effects`."""
    return effects(app=app, periods=[Period("", since, until)])[0]


def effects(*, app: str, periods: Sequence[Period]) -> list[Effect]:
    """The effect of several periods of an app at the cost of five queries; [] for an unknown app."""
    row = App.objects.filter(code=app, deleted_at=None).first()
    if row is None or not periods:
        return []
    states = [StateSpec(**s) for s in row.states]
    finished = _finished(row, states, max(p.until for p in periods))
    sums = _sums(row)
    hands = _hands(row, min(p.since for p in periods), max(p.until for p in periods))
    return [_effect(p, states, finished, sums, _staff(hands, p)) for p in periods]


def final_states(states: Sequence[StateSpec]) -> frozenset[str]:
    """The states in which a case is done; the last one where none is marked so."""
    done = {s.name for s in states if s.kind == "done"}
    return frozenset(done or {s.name for s in states[-1:]})


def spans(*, app: str) -> tuple[list[Span], list[StateSpec]]:
    """The app's state log for the engine, and its states: the source of 経過日数."""
    row = App.objects.filter(code=app, deleted_at=None).first()
    if row is None:
        return [], []
    log = StateLog.objects.filter(app=row).values_list("record", "state", "entered_at", "left_at")
    return [Span(*values) for values in log.iterator()], [StateSpec(**s) for s in row.states]


def own_taps(*, actor: Actor, app: str, record: int) -> list[Tap]:
    """What this person told for the record today, newest last, with what was taken back left out."""
    if actor.kind != "user" or actor.id is None:
        return []
    day = clock.today()
    rows = Tap.objects.filter(app__code=app, record=record, day=day, undone_at=None)
    return list(rows.filter(pseudonym=pseudonym(actor, day)).order_by("pk"))


def _finished(app: App, states: Sequence[StateSpec], until: date) -> dict[int, datetime]:
    """Record → when it became final and stayed so; without a process, its last working day."""
    if not states:
        return {
            record: datetime.combine(day, time.min, clock.TOKYO)
            for record, day in Worked.objects.filter(app=app).order_by("day").values_list("record", "day")
        }
    final = final_states(states)
    end = datetime.combine(until, time.min, clock.TOKYO)
    log = StateLog.objects.filter(app=app, entered_at__lt=end).order_by("entered_at", "pk")
    latest: dict[int, tuple[str, datetime]] = {}
    for record, state, entered_at in log.values_list("record", "state", "entered_at").iterator():
        latest[record] = (state, entered_at)
    return {record: at for record, (state, at) in latest.items() if state in final}


def _sums(app: App) -> list[tuple[int, str, dict[str, int]]]:
    """Record, state → seconds by source."""
    kinds = ("screen", *TOLD)
    rows = Worked.objects.filter(app=app).values_list("record", "state").annotate(*(Sum(k) for k in kinds))
    return [(r[0], r[1], dict(zip(kinds, r[2:], strict=True))) for r in rows]


@dataclass(frozen=True, slots=True)
class _Hands:
    """Who worked when: state and day under pseudonyms, and what is left of months whose pseudonyms are gone."""

    kept: list[tuple[str, date, str]]
    counts: list[tuple[str, str, int]]


def _hands(app: App, since: date, until: date) -> _Hands:
    """Everything needed to count staff between two days. Three queries."""
    days = {"app": app, "day__gte": since, "day__lt": until}
    kept = set(Hand.objects.filter(**days).values_list("state", "day", "pseudonym"))
    taps = Tap.objects.filter(**days, undone_at=None).exclude(pseudonym="")
    kept |= set(taps.values_list("state", "day", "pseudonym"))
    months = StaffCount.objects.filter(app=app, month__gte=month_of(since), month__lte=month_of(until))
    return _Hands(sorted(kept), list(months.values_list("state", "month", "staff")))


def _staff(hands: _Hands, period: Period) -> dict[str, int]:
    """State (and `ALL`) → different staff, as the most that any single month of the period shows.

    Pseudonyms change by month, so adding months up would count one person twice and show too much.
    """
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for state, day, person in hands.kept:
        if period.since <= day < period.until:
            seen[ALL, month_of(day)].add(person)
            seen[state or NO_STATE, month_of(day)].add(person)
    most: dict[str, int] = {}
    for (state, _month), people in seen.items():
        most[state] = max(most.get(state, 0), len(people))
    # Only a month that lies wholly in the period may rest on the count that is left of it.
    first = month_of(period.since)
    for state, month, count in hands.counts:
        whole = (month > first or (month == first and period.since.day == 1)) and month < month_of(
            period.until
        )
        if whole:
            most[state] = max(most.get(state, 0), count)
    return most


def _effect(
    period: Period,
    states: Sequence[StateSpec],
    finished: dict[int, datetime],
    sums: list[tuple[int, str, dict[str, int]]],
    staff: dict[str, int],
) -> Effect:
    """One period's figures from what was read."""
    since, until = period.moments()
    cases = {record for record, at in finished.items() if since <= at < until}
    total: dict[int, float] = defaultdict(float)
    told: dict[str, float] = dict.fromkeys(TOLD, 0.0)
    by_state: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for record, state, seconds in sums:
        if record not in cases or not any(seconds.values()):
            continue
        minutes = sum(seconds.values()) / 60
        total[record] += minutes
        by_state[state][record] += minutes
        for kind in TOLD:
            told[kind] += seconds[kind] / 60
    hidden = bool(total) and staff.get(ALL, 0) < MIN_STAFF
    return Effect(
        period,
        len(cases),
        len(total),
        hidden,
        None if hidden else summarise(total.values()),
        None if hidden else sum(total.values()),
        None if hidden else told,
        _by_state(states, by_state, staff, hidden),
    )


def _by_state(
    states: Sequence[StateSpec], minutes: dict[str, dict[int, float]], staff: dict[str, int], hidden: bool
) -> tuple[StateMinutes, ...]:
    """Figures by state, with a second state hidden where one alone could be computed back."""
    secret = hidden_groups({s: max(1, staff.get(s or NO_STATE, 0)) for s in minutes})
    return tuple(
        StateMinutes(
            s.name,
            s.step,
            len(minutes[s.name]),
            None if hidden or s.name in secret else summarise(minutes[s.name].values()),
            hidden or s.name in secret,
        )
        for s in states
        if s.name in minutes
    )
