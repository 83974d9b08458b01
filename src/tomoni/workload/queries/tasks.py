"""Tasks and their steps out of the survey rows of a fiscal year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Min, QuerySet, Sum

from tomoni.core.search import fold
from tomoni.workload.models import Intake, Measurement, SurveyRow


@dataclass(frozen=True, slots=True)
class StepInfo:
    """A row of the survey: a step by one kind of doer."""

    step: str
    kind: str
    minutes: int
    count: int | None
    each_seconds: int | None
    used: str
    other_minutes: int | None
    doer: str
    method: str
    routine: str
    basis: str
    system: str
    input_medium: str
    output_medium: str
    personal: bool | None
    core: bool | None
    expertise: int | None
    deadline: str
    remarks: str
    confidence: str
    section: str
    division: str
    line: int

    @property
    def hours(self) -> float:
        """Hours a year."""
        return self.minutes / 60


@dataclass(frozen=True, slots=True)
class MeasuredInfo:
    """A measurement of a task: 作業時間 of the app's log over `[since, until)`."""

    since: date
    until: date
    handled: int
    active_minutes: int | None
    each_seconds: int | None
    source: str
    app: str
    by_step: dict[str, int]


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """A task (業務) of one fiscal year: its steps, yearly minutes, and what was measured since."""

    task_id: str
    name: str
    section: str
    division: str
    section_key: str
    fiscal_year: int
    minutes: int
    sections: tuple[str, ...] = ()
    large: str = ""
    middle: str = ""
    steps: tuple[StepInfo, ...] = ()
    measured: tuple[MeasuredInfo, ...] = ()
    methods: tuple[str, ...] = ()
    confidences: tuple[str, ...] = ()
    count: int | None = None
    survey: str = ""
    years: tuple[int, ...] = field(default=())
    section_count: int = 1
    step_count: int = 0

    @property
    def hours(self) -> float:
        """Hours a year, as surveyed."""
        return self.minutes / 60

    @property
    def each_seconds(self) -> int | None:
        """Surveyed seconds of one case over all steps, where each step says count and time; else None."""
        if not self.steps or any(s.each_seconds is None or not s.count for s in self.steps):
            return None
        most = max(s.count or 0 for s in self.steps)
        return round(sum((s.count or 0) * (s.each_seconds or 0) for s in self.steps) / most) if most else None


def latest_year() -> int | None:
    """The newest fiscal year with a survey in force."""
    found: int | None = SurveyRow.objects.aggregate(year=Max("fiscal_year"))["year"]
    return found


def years() -> list[int]:
    """Fiscal years with a survey, newest first."""
    done = Intake.objects.filter(kind=Intake.Kind.SURVEY, state=Intake.State.IMPORTED)
    return list(done.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct())


def task(task_id: str, fiscal_year: int | None = None) -> TaskInfo | None:
    """One task with its steps and measurements; the newest year that has it unless given. None when unknown."""
    rows = list(
        SurveyRow.objects.filter(task_id=task_id)
        .select_related("intake")
        .order_by("-fiscal_year", "id")[:2000]
    )
    if fiscal_year is not None:
        rows = [row for row in rows if row.fiscal_year == fiscal_year]
    if not rows:
        return None
    in_years = tuple(dict.fromkeys(row.fiscal_year for row in rows))
    rows = [row for row in rows if row.fiscal_year == in_years[0]]
    by_section: dict[tuple[str, str], int] = {}
    for row in rows:
        by_section[row.division, row.section] = by_section.get((row.division, row.section), 0) + row.minutes
    main = max(by_section, key=lambda key: by_section[key])
    first = next(row for row in rows if (row.division, row.section) == main)
    return TaskInfo(
        task_id=task_id,
        name=first.task_name,
        section=first.section,
        division=first.division,
        section_key=first.section_key,
        fiscal_year=first.fiscal_year,
        minutes=sum(row.minutes for row in rows),
        sections=tuple(section for _division, section in by_section),
        large=first.large,
        middle=first.middle,
        steps=tuple(_step(row) for row in rows),
        measured=measurements([task_id]).get(task_id, ()),
        methods=tuple(dict.fromkeys(row.method for row in rows)),
        confidences=tuple(dict.fromkeys(row.confidence for row in rows)),
        count=max((row.count for row in rows if row.count is not None), default=None),
        survey="、".join(dict.fromkeys(row.intake.title for row in rows)),
        years=in_years,
        section_count=len(by_section),
        step_count=len({row.step for row in rows}),
    )


def _step(row: SurveyRow) -> StepInfo:
    return StepInfo(**{name: getattr(row, name) for name in StepInfo.__dataclass_fields__})


def measurements(task_ids: Iterable[str]) -> dict[str, tuple[MeasuredInfo, ...]]:
    """Measurements by task id, newest first."""
    found: dict[str, list[MeasuredInfo]] = {}
    for row in Measurement.objects.filter(task_id__in=list(task_ids)).order_by("-until", "-id"):
        info = MeasuredInfo(
            row.since,
            row.until,
            row.handled,
            row.active_minutes,
            row.each_seconds,
            row.source,
            row.app,
            row.by_step,
        )
        found.setdefault(row.task_id, []).append(info)
    return {task_id: tuple(infos) for task_id, infos in found.items()}


def measured_ids(fiscal_year: int | None = None) -> set[str]:
    """Ids of tasks that have been measured."""
    return set(Measurement.objects.values_list("task_id", flat=True).distinct())


def _totals(rows: QuerySet[SurveyRow]) -> list[TaskInfo]:
    """Sum rows into tasks without their steps, most hours first; one query."""
    grouped = (
        rows.values("task_id", "fiscal_year")
        .annotate(
            total=Sum("minutes"),
            most=Max("count"),
            name=Min("task_name"),
            place=Min("section"),
            part=Min("division"),
            key=Min("section_key"),
            wide=Min("large"),
            mid=Min("middle"),
            n_sections=Count("section_key", distinct=True),
            n_steps=Count("step", distinct=True),
        )
        .order_by("-total", "task_id")
    )
    return [
        TaskInfo(
            g["task_id"],
            g["name"],
            g["place"],
            g["part"],
            g["key"],
            g["fiscal_year"],
            g["total"],
            large=g["wide"],
            middle=g["mid"],
            count=g["most"],
            section_count=g["n_sections"],
            step_count=g["n_steps"],
        )
        for g in grouped
    ]


def tasks(
    query: str = "", *, fiscal_year: int | None = None, section_key: str = "", limit: int | None = 50
) -> list[TaskInfo]:
    """Tasks whose name, section, class or id holds every word of the query; most hours first, without steps."""
    year = fiscal_year or latest_year() or 0
    rows = SurveyRow.objects.filter(fiscal_year=year)
    if section_key:
        rows = rows.filter(section_key=section_key)
    found = _totals(rows)
    words = [word for word in fold(query).split(" ") if word][:10]
    if words:
        found = [
            t
            for t in found
            if all(w in fold(f"{t.name} {t.section} {t.large} {t.middle} {t.task_id}") for w in words)
        ]
    return found if limit is None else found[:limit]


def task_names(task_ids: Iterable[str]) -> dict[str, str]:
    """Names of tasks by id."""
    rows = SurveyRow.objects.filter(task_id__in=list(task_ids)).order_by("fiscal_year", "id")
    return dict(rows.values_list("task_id", "task_name"))
