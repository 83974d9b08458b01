"""Who may change which challenge: the DX office and managers every one, a clerk those of the own section."""

from __future__ import annotations

from tomoni.challenges.models import Challenge
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, NotFound

REVIEW = "review.edit"
EDIT, EDIT_ALL, DECIDE = "challenge.edit", "challenge.edit_all", "challenge.decide"


def may_edit(actor: Actor, challenge: Challenge) -> bool:
    """Whether the actor may change the challenge (not decide it)."""
    if not actor.may(EDIT):
        return False
    if actor.may(EDIT_ALL):
        return True
    own = actor.id is not None and challenge.owner_id == actor.id
    return own or challenge.department_id in actor.departments


def locked(actor: Actor, challenge_id: int, *, right: str = EDIT) -> Challenge:
    """The challenge, locked for a change by this actor. Raises `NotFound` or `Forbidden`."""
    if not actor.is_staff and actor.kind != "system":
        raise NotFound()
    challenge = Challenge.objects.select_for_update().filter(pk=challenge_id).first()
    if challenge is None:
        raise NotFound()
    allowed = may_edit(actor, challenge) if right == EDIT else actor.may(right)
    if not allowed:
        raise Forbidden(right)
    return challenge
