"""Reads of answers. Few answers are not broken down: below 3 no mean, below 5 no distribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.participation.models import Answer

LEAST_FOR_MEAN = 3
LEAST_FOR_BREAKDOWN = 5
SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class AnswerSummary:
    """Answers about a task: `count` and `mean` are None below 3 answers, `distribution` (score → number) below 5."""

    task_id: str
    count: int | None
    mean: float | None
    distribution: dict[int, int] | None
    texts: int
    last_at: datetime | None

    @property
    def few(self) -> bool:
        """Whether there are too few answers to show anything."""
        return self.count is None


@dataclass(frozen=True, slots=True)
class Text:
    """A free text, screened, with its day."""

    at: datetime
    text: str
    screened: bool


@dataclass(frozen=True, slots=True)
class TaskAnswers:
    """One line of the list: a task (or an app without one) and its summary."""

    key: str
    task_id: str
    app_code: str
    summary: AnswerSummary


def _rows(
    task_id: str | None, app: str | None, since: datetime | None, until: datetime | None
) -> QuerySet[Answer]:
    rows = Answer.objects.order_by()
    if task_id is not None:
        rows = rows.filter(task_id=task_id)
    if app is not None:
        rows = rows.filter(app_code=app)
    if since is not None:
        rows = rows.filter(at__gte=since)
    return rows if until is None else rows.filter(at__lt=until)


def summary(
    *,
    task_id: str | None = None,
    app: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AnswerSummary:
    """The answers about a task (or an app) in the half-open period."""
    return _summary(task_id or "", _rows(task_id, app, since, until))


def _summary(task_id: str, rows: QuerySet[Answer]) -> AnswerSummary:
    counts: dict[str, Any] = {f"n{s}": Count("pk", filter=Q(score=s)) for s in SCORES}
    found = rows.aggregate(
        n=Count("pk"), total=Sum("score"), texts=Count("pk", filter=~Q(text="")), last=Max("at"), **counts
    )
    return _made(task_id, found)


def _made(task_id: str, found: Mapping[str, Any]) -> AnswerSummary:
    n = int(found["n"] or 0)
    shown = n >= LEAST_FOR_MEAN
    return AnswerSummary(
        task_id=task_id,
        count=n if shown else None,
        mean=round(int(found["total"]) / n, 2) if shown else None,
        distribution={s: int(found[f"n{s}"] or 0) for s in SCORES} if n >= LEAST_FOR_BREAKDOWN else None,
        texts=int(found["texts"] or 0) if shown else 0,
        last_at=found["last"] if shown else None,
    )


def by_task(*, actor: Actor, since: datetime | None = None) -> list[TaskAnswers]:
    """Every task with answers, the newest first; one query."""
    _may(actor)
    counts: dict[str, Any] = {f"n{s}": Count("pk", filter=Q(score=s)) for s in SCORES}
    rows = (
        _rows(None, None, since, None)
        .values("task_id", "app_code")
        .annotate(
            n=Count("pk"), total=Sum("score"), texts=Count("pk", filter=~Q(text="")), last=Max("at"), **counts
        )
        .order_by("-last")
    )
    return [
        TaskAnswers(r["task_id"] or r["app_code"], r["task_id"], r["app_code"], _made(r["task_id"], r))
        for r in rows
    ]


def texts(
    *, actor: Actor, task_id: str = "", app: str = "", limit: int = 100, since: datetime | None = None
) -> list[Text]:
    """Free texts, newest first, for those who may; none while there are fewer than 3 answers."""
    _may(actor)
    rows = _rows(task_id or None, app or None, since, None)
    if rows.count() < LEAST_FOR_MEAN:
        return []
    found = rows.exclude(text="").order_by("-at", "-pk")[:limit]
    return [Text(a.at, a.text, a.screened) for a in found]


@dataclass(frozen=True, slots=True)
class Overview:
    """The room at one look: all answers since a moment, and the newest things people wrote."""

    summary: AnswerSummary
    newest: list[Newest]


@dataclass(frozen=True, slots=True)
class Newest:
    """What somebody wrote, with the way to the answers of its task."""

    key: str
    at: datetime
    text: str


def overview(*, actor: Actor, since: datetime | None = None, limit: int = 3) -> Overview:
    """All answers since a moment; texts only of tasks (or apps) with at least 3 answers. Three queries."""
    _may(actor)
    enough = (
        _rows(None, None, since, None)
        .values("task_id", "app_code")
        .annotate(n=Count("pk"))
        .filter(n__gte=LEAST_FOR_MEAN)
        .values_list("task_id", "app_code")
    )
    wanted = Q(pk__in=[])
    for task_id, app_code in enough:
        wanted |= Q(task_id=task_id, app_code=app_code)
    texts = _rows(None, None, since, None).filter(wanted).exclude(text="").order_by("-at", "-pk")[:limit]
    return Overview(
        summary(since=since),
        [Newest(a.task_id or a.app_code, a.at, a.text) for a in texts],
    )


def _may(actor: Actor) -> None:
    if not actor.may("participation.view"):
        raise Forbidden("participation.view")
