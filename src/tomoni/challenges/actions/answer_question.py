"""Answering one question of a review; the review begins with the first answer."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from tomoni.challenges import neighbours
from tomoni.challenges.access import REVIEW
from tomoni.challenges.models import Answer, Question, Review
from tomoni.challenges.rules import ECRS, expected_hours, text
from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid, NotFound

ORDER = (*ECRS, Question.AUTOMATE)
FIELDS = ("decision", "reason", "low", "mid", "high", "decider")


@action("challenges.answer_question", right=REVIEW)
def answer_question(
    *,
    actor: Actor,
    question: str,
    decision: str,
    reason: str,
    task_id: str = "",
    procedure_id: str = "",
    low: Decimal = Decimal(0),
    mid: Decimal = Decimal(0),
    high: Decimal = Decimal(0),
    decider: str = "",
    revision: int = 0,
) -> Review:
    """Save one answer. `revision` is the one the person saw (0: none yet).

    Raises `Invalid` out of order or for hours that cannot be, `Conflict` (mine, theirs) when somebody else
    answered meanwhile, `NotFound` for an unknown task. The same answer again changes nothing.
    """
    subject = neighbours.subject(task_id=task_id, procedure_id=procedure_id)
    if subject is None:
        raise NotFound()
    reason = _checked(question, decision, reason, decider)
    review = _open_review(actor, subject)
    limit = review.hours
    expected_hours(decision, low, mid, high, limit)
    answers = {a.question: a for a in review.answers.select_for_update()}
    missing = [q for q in ORDER[: ORDER.index(Question(question))] if q not in answers]
    if missing:
        raise Invalid(_("先に「%(question)s」に答えてください。") % {"question": missing[0].label})
    given = {
        "decision": decision,
        "reason": reason,
        "low": low,
        "mid": mid,
        "high": high,
        "decider": decider if question == Question.ELIMINATE and decision == Answer.Decision.DO else "",
    }
    if _store(review, question, given, answers.get(question), revision, actor):
        audit.record(
            actor=actor,
            verb="review.answer",
            target=f"review:{review.pk}/{question}",
            fields={"decision": decision},
        )
        outbox.emit("review.answered", {"review": review.pk, "task_id": review.task_id, "question": question})
    return review


def _checked(question: str, decision: str, reason: str, decider: str) -> str:
    """The reason, cleaned, after the choices were checked."""
    if question not in Question.values:
        raise NotFound()
    if decision not in Answer.Decision.values:
        raise Invalid({"decision": [_("する、しない、もっと調べる から選んでください。")]})
    needs = question == Question.ELIMINATE and decision == Answer.Decision.DO
    if needs and decider not in Answer.Decider.values:
        raise Invalid({"decider": [_("やめることを決められるのはだれかを選んでください。")]})
    return text("reason", reason)


def _open_review(actor: Actor, subject: neighbours.Subject) -> Review:
    """The open review of the subject, begun if there is none."""
    review, _made = Review.objects.select_for_update().get_or_create(
        task_id=subject.task_id,
        procedure_id=subject.procedure_id,
        state=Review.State.OPEN,
        defaults={
            "subject": subject.name[:300],
            "section": subject.section[:200],
            "hours": subject.hours,
            "department_id": actor.home_department,
            "started_by": actor.id,
            "started_at": clock.now(),
        },
    )
    return review


def _store(
    review: Review,
    question: str,
    given: dict[str, object],
    before: Answer | None,
    revision: int,
    actor: Actor,
) -> bool:
    """Write the answer unless it is there already; whether something changed."""
    stamp = {"answered_by": actor.id, "answered_at": clock.now()}
    if before is None:
        Answer.objects.create(review=review, question=question, **given, **stamp)
        return True
    theirs = {name: getattr(before, name) for name in FIELDS}
    if theirs == given:
        return False
    if before.revision != revision:
        raise Conflict(mine=given, theirs=theirs, revision=before.revision)
    for name, value in (given | stamp).items():
        setattr(before, name, value)
    before.revision += 1
    before.save()
    return True
