"""Making a challenge and changing what it says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.challenges import story
from tomoni.challenges.access import EDIT, locked
from tomoni.challenges.actions.close_review import shut
from tomoni.challenges.models import Challenge, Measure, Question, Review, Use
from tomoni.challenges.rules import ECRS, Details, check_details, text
from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound


@action("challenges.create_challenge", right=EDIT)
def create_challenge(
    *,
    actor: Actor,
    details: Details,
    key: str,
    review: int | None = None,
    task_id: str = "",
    procedure_id: str = "",
) -> Challenge:
    """Make a challenge, from a review if given (which is closed by it). The same `key` again returns the first.

    Raises `Invalid` with every mistake at once.
    """
    if not 8 <= len(key) <= 64:
        raise Invalid(_("画面を開き直してから、もう一度押してください。"))
    source = _review(review)
    earlier = Challenge.objects.filter(key=key).first() or (
        Challenge.objects.filter(review=source).first() if source else None
    )
    if earlier is not None:
        return earlier
    check_details(details, new=True)
    challenge = Challenge(
        key=key,
        review=source,
        task_id=source.task_id if source else task_id[:64],
        procedure_id=source.procedure_id if source else procedure_id[:64],
        created_by=actor.id,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    _fill(challenge, details)
    if not actor.may("challenge.edit_all") and not _own(actor, challenge):
        raise Forbidden(EDIT)
    challenge.next_on = details.due_on
    challenge.save()
    _write_parts(challenge, details)
    if source is not None and source.state == Review.State.OPEN:
        shut(actor, source)
    story.note(challenge, "created", actor)
    _announce(actor, challenge, "create")
    return challenge


@action("challenges.edit_challenge", right=EDIT)
def edit_challenge(*, actor: Actor, challenge: int, details: Details, revision: int) -> Challenge:
    """Change a challenge. `Conflict` (mine, theirs) on a stale revision.

    Once a round has begun the conditions stand: they were set before the start, so `Invalid` when they differ.
    """
    row = locked(actor, challenge)
    if row.stage in (Challenge.Stage.ENDED, Challenge.Stage.DONE):
        raise Invalid(_("終わった取組は直せません。"))
    check_details(details, new=False)
    if row.revision != revision:
        raise Conflict(mine=_said(details), theirs=_said(current(row)), revision=row.revision)
    if row.rounds.exists() and set(current(row).measures) != set(details.measures):
        raise Invalid(
            {"measure": [_("計測を始めたあとは、条件を変えられません。次の取組で決め直してください。")]}
        )
    if row.kind != details.kind and (row.app_code or row.rounds.exists() or hasattr(row, "ending")):
        raise Invalid({"kind": [_("始めたあとは、やり方を変えられません。")]})
    _fill(row, details)
    row.revision += 1
    row.updated_at = clock.now()
    if row.stage == Challenge.Stage.PREPARE and not hasattr(row, "ending"):
        row.next_on = details.due_on
    row.save()
    _write_parts(row, details)
    story.note(row, "changed", actor)
    _announce(actor, row, "edit")
    return row


def current(challenge: Challenge) -> Details:
    """What the challenge says now, in the words of the form."""
    from tomoni.challenges.rules import MeasureSpec, UseSpec

    return Details(
        title=challenge.title,
        kind=challenge.kind,
        owner_id=challenge.owner_id,
        department_id=challenge.department_id,
        hypothesis=challenge.hypothesis,
        due_on=challenge.due_on,
        measures=tuple(MeasureSpec(m.figure, m.target, m.baseline) for m in challenge.measures.all()),
        uses=tuple(UseSpec(u.kind, u.what, u.planned) for u in challenge.uses.all()),
    )


def _review(pk: int | None) -> Review | None:
    """The review a challenge comes from; its four questions are answered, or the task is to be stopped."""
    if pk is None:
        return None
    review = Review.objects.select_for_update().filter(pk=pk).first()
    if review is None:
        raise NotFound()
    answers = dict(review.answers.values_list("question", "decision"))
    if not set(ECRS) <= set(answers) and answers.get(Question.ELIMINATE) != "do":
        raise Invalid(_("4つの問いに答えてから、取組をつくってください。"))
    return review


def _own(actor: Actor, challenge: Challenge) -> bool:
    return challenge.owner_id == actor.id or challenge.department_id in actor.departments


def _fill(challenge: Challenge, details: Details) -> None:
    """Copy what people wrote onto the row."""
    challenge.title = text("title", details.title, longest=200).replace("\n", " ")
    challenge.kind = details.kind
    challenge.owner_id = details.owner_id
    challenge.department_id = details.department_id
    challenge.hypothesis = text("hypothesis", details.hypothesis)
    challenge.due_on = details.due_on


def _write_parts(challenge: Challenge, details: Details) -> None:
    """Measures and uses; reports of a use stay with it."""
    challenge.measures.exclude(figure__in=[m.figure for m in details.measures]).delete()
    for order, m in enumerate(details.measures):
        Measure.objects.update_or_create(
            challenge=challenge,
            figure=m.figure,
            defaults={"baseline": m.baseline, "target": m.target, "order": order},
        )
    kept = {u.kind for u in details.uses if u.planned > 0 or u.what.strip()}
    challenge.uses.filter(reports=None).exclude(kind__in=kept).delete()
    for u in details.uses:
        if u.kind in kept:
            Use.objects.update_or_create(
                challenge=challenge, kind=u.kind, defaults={"what": u.what.strip(), "planned": u.planned}
            )


def _said(details: Details) -> dict[str, Any]:
    """What a conflict page shows side by side: everything people wrote."""
    names = ("title", "kind", "owner_id", "department_id", "hypothesis", "due_on", "measures", "uses")
    return {name: getattr(details, name) for name in names}


def _announce(actor: Actor, challenge: Challenge, verb: str) -> None:
    audit.record(
        actor=actor,
        verb=f"challenge.{verb}",
        target=f"challenge:{challenge.pk}",
        fields={"title": challenge.title},
    )
    outbox.emit(f"challenge.{verb}d" if verb == "create" else "challenge.changed", _payload(challenge))


def _payload(challenge: Challenge) -> dict[str, Any]:
    return {"challenge": challenge.pk, "task_id": challenge.task_id, "kind": challenge.kind}
