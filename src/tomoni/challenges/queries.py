"""Reads of reviews and challenges. Staff only; what a person may change is told with each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from tomoni.challenges.access import may_edit
from tomoni.challenges.models import Answer, Challenge, Ending, Question, Review, Round
from tomoni.challenges.rules import ECRS
from tomoni.challenges.status import Status, status
from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, NotFound
from tomoni.people import facade as people

PAGE = 50
STATES = ("wait", "prepare", "run", "ended")


@dataclass(frozen=True, slots=True)
class Row:
    """A challenge in a list."""

    pk: int
    title: str
    kind: str
    section: str
    owner: str
    status: Status
    task_id: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """An open review in a list."""

    review: Review
    answered: int
    next_question: str

    @property
    def url_args(self) -> tuple[str, list[str]]:
        """URL name and arguments of its page."""
        if self.review.task_id:
            return "challenges:review_task", [self.review.task_id]
        return "challenges:review_procedure", [self.review.procedure_id]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; unknown values narrow to nothing wrong: they are ignored."""

    state: str = ""
    kind: str = ""
    section: int | None = None
    mine: bool = False
    q: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, and the key of the next page."""

    rows: list[Row] = field(default_factory=list)
    next: int | None = None
    total: int = 0


def _staff(actor: Actor) -> None:
    if not actor.is_staff and actor.kind != "system":
        raise Forbidden("staff")


def waiting(today: date) -> Q:
    """Challenges at which a person has to decide or check something."""
    undecided = Q(kind="stop", stage="prepare", ending__isnull=False, ending__decided_at=None)
    return Q(stage__in=("run", "fix"), next_on__lt=today) | undecided


def _filtered(actor: Actor, filters: Filters) -> QuerySet[Challenge]:
    rows = Challenge.objects.select_related("ending").order_by("-pk")
    if filters.state == "wait":
        rows = rows.filter(waiting(clock.today()))
    elif filters.state in ("prepare", "run", "ended"):
        # What waits for a person stands under that heading alone, not a second time where its stage is.
        stages = {"prepare": ("prepare",), "run": ("run", "fix"), "ended": ("ended", "done")}[filters.state]
        rows = rows.filter(stage__in=stages).exclude(waiting(clock.today()))
    if filters.kind in Challenge.Kind.values:
        rows = rows.filter(kind=filters.kind)
    if filters.section is not None:
        below = {d for d, above in people.ancestors().items() if filters.section in above}
        rows = rows.filter(department_id__in=below)
    if filters.mine:
        rows = rows.filter(owner_id=actor.id)
    if filters.q:
        rows = rows.filter(
            Q(title__icontains=filters.q) | Q(hypothesis__icontains=filters.q) | Q(task_id=filters.q)
        )
    return rows


def challenges(
    *, actor: Actor, filters: Filters | None = None, after: int | None = None, limit: int = PAGE
) -> Page:
    """A page of challenges, newest first."""
    _staff(actor)
    rows = _filtered(actor, filters or Filters())
    total = rows.count()
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: limit + 1])
    return Page(_rows(found[:limit]), found[limit - 1].pk if len(found) > limit else None, total)


def _rows(found: Sequence[Challenge]) -> list[Row]:
    names = people.display_names({c.owner_id for c in found if c.owner_id is not None}) if found else {}
    sections = people.department_names() if found else {}
    today = clock.today()
    return [
        Row(
            c.pk,
            c.title,
            c.get_kind_display(),
            sections.get(c.department_id or 0, ""),
            names.get(c.owner_id or 0, ""),
            status(c, today, ending=getattr(c, "ending", None)),
            c.task_id,
        )
        for c in found
    ]


def groups(*, actor: Actor, limit: int = 8) -> list[tuple[str, Page]]:
    """Challenges by state for the landing page: state code and its first rows."""
    return [(state, challenges(actor=actor, filters=Filters(state=state), limit=limit)) for state in STATES]


def challenge(*, actor: Actor, pk: int) -> Challenge:
    """A challenge with its review. Raises `NotFound`."""
    _staff(actor)
    found = Challenge.objects.select_related("review", "ending").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def for_task(task_id: str) -> Challenge | None:
    """The challenge of a task: one still going first, else the newest."""
    if not task_id:
        return None
    rows = list(Challenge.objects.filter(task_id=task_id).order_by("-pk"))
    return next((c for c in rows if c.stage not in ("ended", "done")), rows[0] if rows else None)


def current_round(rounds: Iterable[Round]) -> Round | None:
    """The round without a decision."""
    return next((r for r in rounds if not r.decision), None)


def open_reviews(*, actor: Actor, limit: int = 20) -> list[ReviewRow]:
    """Reviews on the way, the longest waiting first."""
    _staff(actor)
    found = (
        Review.objects.filter(state=Review.State.OPEN)
        .prefetch_related("answers")
        .order_by("started_at")[:limit]
    )
    rows = []
    for review in found:
        answered = {a.question for a in review.answers.all()}
        following = next((q.label for q in ECRS if q not in answered), "")
        rows.append(ReviewRow(review, len(answered & set(ECRS)), str(following)))
    return rows


def open_review(*, task_id: str = "", procedure_id: str = "") -> Review | None:
    """The open review of a task or procedure."""
    rows = Review.objects.filter(task_id=task_id, procedure_id=procedure_id, state=Review.State.OPEN)
    return rows.prefetch_related("answers").first()


def last_closed(*, task_id: str = "", procedure_id: str = "") -> Review | None:
    """The latest review that was closed, with its challenge."""
    rows = Review.objects.filter(task_id=task_id, procedure_id=procedure_id, state=Review.State.CLOSED)
    return rows.select_related("challenge").first()


def review(*, actor: Actor, pk: int) -> Review:
    """A review. Raises `NotFound`."""
    _staff(actor)
    found = Review.objects.prefetch_related("answers").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def expected(answers: Iterable[Answer], limit: Decimal | None) -> tuple[Decimal, Decimal, Decimal]:
    """Low, mid, high hours a year over the answers that say する, never more than the surveyed hours."""
    doing = [a for a in answers if a.decision == Answer.Decision.DO and a.question in Question.values]
    sums = [sum((getattr(a, name) for a in doing), Decimal(0)) for name in ("low", "mid", "high")]
    low, mid, high = (min(s, limit) if limit is not None else s for s in sums)
    return low, mid, high


def endings_due(today: date) -> QuerySet[Ending]:
    """Endings whose check is due."""
    return Ending.objects.filter(check_on__lte=today, decided_at__isnull=False, checked_at=None)


def editable(actor: Actor, found: Challenge) -> bool:
    """Whether this person sees the buttons that change it."""
    return may_edit(actor, found) and found.stage not in (Challenge.Stage.ENDED, Challenge.Stage.DONE)
