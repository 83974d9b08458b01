"""The work map of a fiscal year: sums made in the database, arranged by the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Sum

from tomoni.engines.workload import candidates as ranking
from tomoni.engines.workload.totals import Entry, PaidEntry, SectionTotals, WorkMap, work_map
from tomoni.workload.models import CandidateChoice, Intake, PaidHours, SurveyRow
from tomoni.workload.places import section_key
from tomoni.workload.queries import memo
from tomoni.workload.queries.tasks import TaskInfo, measured_ids, tasks


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the map's figures come from."""

    surveys: tuple[str, ...] = ()
    imported_at: datetime | None = None
    paid_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoursMap:
    """The map of one fiscal year with its sources."""

    fiscal_year: int
    map: WorkMap
    sources: Sources
    tasks: int
    measured: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section: its totals, its tasks with steps, methods and confidence."""

    key: str
    totals: SectionTotals
    tasks: list[TaskInfo]
    methods: dict[str, int] = field(default_factory=dict)
    doers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """A candidate with a person's word on it (`choice`: first, leave or "")."""

    candidate: ranking.Candidate
    choice: str = ""
    reason: str = ""
    measured: bool = False


_STEP = tuple(f.name if f.name != "task" else "task_name" for f in fields(ranking.Step))


def hours_map(fiscal_year: int) -> HoursMap:
    """Hours by section and kind of work, coverage, sources. A bounded number of queries; the sums are made once."""
    return _map_of(fiscal_year, memo.state_of(fiscal_year))


def _map_of(fiscal_year: int, state: tuple[Any, ...]) -> HoursMap:
    found = memo.computed("map", fiscal_year, state, lambda: _summed(fiscal_year))
    return replace(found, measured=frozenset(measured_ids()))


def _summed(fiscal_year: int) -> HoursMap:
    grouped = (
        SurveyRow.objects.filter(fiscal_year=fiscal_year)
        .values("division", "section", "kind", "doer", "method")
        .annotate(total=Sum("minutes"), rank=Min("id"))
        .order_by("rank")
    )
    entries = [
        Entry(g["division"], g["section"], g["kind"], g["total"], g["doer"], g["method"], g["rank"])
        for g in grouped
    ]
    paid = PaidHours.objects.filter(fiscal_year=fiscal_year)
    entered = [PaidEntry(p.section, p.minutes, p.division, p.doer, p.heads) for p in paid]
    counted = SurveyRow.objects.filter(fiscal_year=fiscal_year).aggregate(n=Count("task_id", distinct=True))[
        "n"
    ]
    sources = _sources(fiscal_year, [p.source for p in paid])
    return HoursMap(fiscal_year, work_map(entries, entered), sources, counted)


def _sources(fiscal_year: int, paid_sources: Sequence[str]) -> Sources:
    done = Intake.objects.filter(
        kind=Intake.Kind.SURVEY, state=Intake.State.IMPORTED, fiscal_year=fiscal_year
    )
    rows = list(done.order_by("id").values_list("title", "decided_at"))
    return Sources(
        tuple(dict.fromkeys(title for title, _at in rows)),
        max((at for _title, at in rows if at), default=None),
        tuple(dict.fromkeys(s for s in paid_sources if s)),
    )


def section_page(fiscal_year: int, key: str) -> SectionPage | None:
    """One section of the map with its tasks; None when the year's survey has no such section."""
    whole = hours_map(fiscal_year)
    totals = next((s for s in whole.map.sections if section_key(s.division, s.section) == key), None)
    if totals is None:
        return None
    rows = SurveyRow.objects.filter(fiscal_year=fiscal_year, section_key=key)
    methods: Counter[str] = Counter()
    doers: Counter[str] = Counter()
    for method, doer, total in rows.values_list("method", "doer").annotate(total=Sum("minutes")):
        methods[method] += total
        doers[doer] += total
    return SectionPage(key, totals, _with_quality(fiscal_year, key), dict(methods), dict(doers))


def _with_quality(fiscal_year: int, key: str) -> list[TaskInfo]:
    """The section's tasks with methods, confidences and the fact of being measured, without a query each."""
    found = tasks(fiscal_year=fiscal_year, section_key=key, limit=None)
    methods: dict[str, dict[str, None]] = {}
    trust: dict[str, dict[str, None]] = {}
    rows = SurveyRow.objects.filter(fiscal_year=fiscal_year, section_key=key)
    for task_id, method, confidence in rows.values_list("task_id", "method", "confidence").distinct():
        methods.setdefault(task_id, {})[method] = None
        trust.setdefault(task_id, {})[confidence] = None
    return [
        replace(t, methods=tuple(methods.get(t.task_id, ())), confidences=tuple(trust.get(t.task_id, ())))
        for t in found
    ]


def _steps(fiscal_year: int) -> list[ranking.Step]:
    """Steps that are ranked, rows of different doers added up; the first row's manner stands for the step."""
    made: dict[tuple[str, str, str, str], ranking.Step] = {}
    added: dict[tuple[str, str, str, str], list[Any]] = {}  # minutes and count, where there are several rows
    rows = SurveyRow.objects.filter(fiscal_year=fiscal_year, kind__in=ranking.RANKED).order_by("id")
    for values in rows.values_list(*_STEP):
        step = ranking.Step(*values)
        key = (step.task_id, step.section, step.step, step.kind)
        if key not in made:
            made[key] = step
            continue
        total = added.setdefault(key, [made[key].minutes, made[key].count])
        total[0] += step.minutes
        if step.count is not None:
            total[1] = (total[1] or 0) + step.count
    for key, (minutes, count) in added.items():
        made[key] = replace(made[key], minutes=minutes, count=count)
    return list(made.values())


def candidates(fiscal_year: int, *, left_out: bool = False) -> list[RankedCandidate]:
    """Ranked candidates; people's choices first, those left out only when asked for."""
    choices = {(c.task_id, c.step): c for c in CandidateChoice.objects.all()}
    done = measured_ids()
    found = []
    state = memo.state_of(fiscal_year)
    for candidate in memo.computed("rank", fiscal_year, state, lambda: ranking.rank(_steps(fiscal_year))):
        chosen = choices.get((candidate.step.task_id, candidate.step.step))
        word = (chosen.choice, chosen.reason) if chosen else ("", "")
        found.append(RankedCandidate(candidate, *word, candidate.step.task_id in done))
    if left_out:
        return [c for c in found if c.choice == "leave"]
    kept = [c for c in found if c.choice != "leave"]
    return [c for c in kept if c.choice == "first"] + [c for c in kept if not c.choice]


def newest_intake(kind: str) -> datetime | None:
    """When the newest import of a kind was confirmed."""
    found: datetime | None = Intake.objects.filter(kind=kind, state=Intake.State.IMPORTED).aggregate(
        at=Max("decided_at")
    )["at"]
    return found
