"""Closing a review without a challenge: to have looked and left things as they are is a result too."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.challenges.access import REVIEW
from tomoni.challenges.models import Review
from tomoni.challenges.rules import ECRS
from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound


@action("challenges.close_review", right=REVIEW)
def close_review(*, actor: Actor, review: int) -> Review:
    """Close a review whose four questions are answered. Closing a closed one changes nothing."""
    row = Review.objects.select_for_update().filter(pk=review).first()
    if row is None:
        raise NotFound()
    if row.state == Review.State.OPEN:
        answered = set(row.answers.values_list("question", flat=True))
        if not set(ECRS) <= answered:
            raise Invalid(_("4つの問いに答えてから終えてください。"))
        shut(actor, row)
    return row


def shut(actor: Actor, row: Review) -> None:
    """Mark a review closed, inside an action."""
    row.state, row.closed_at = Review.State.CLOSED, clock.now()
    row.save(update_fields=["state", "closed_at"])
    audit.record(actor=actor, verb="review.close", target=f"review:{row.pk}")
    outbox.emit("review.closed", {"review": row.pk, "task_id": row.task_id})
