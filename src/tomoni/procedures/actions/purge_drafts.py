"""Delete drafts whose link has expired (個人情報を残さない)."""

from __future__ import annotations

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.procedures.actions.attach_files import forget_files
from tomoni.procedures.models import Draft
from tomoni.procedures.questions import askable_fields

BATCH = 500


@action("procedures.purge_drafts")
def purge_drafts(*, actor: Actor) -> int:
    """Delete expired drafts with the files only they held, at most 500 a call; returns how many. Only the system and form managers may."""
    if not actor.may("forms.manage"):
        raise Forbidden("forms.manage")
    deleted = 0
    for draft in Draft.objects.filter(expires_at__lte=clock.now()).select_related("form")[:BATCH]:
        held = (
            {f.code for f in askable_fields(draft.form.app_code) if f.type == "file"}
            if draft.answers
            else set()
        )
        forget_files([pk for code in held for pk in draft.answers.get(code) or []])
        draft.delete()
        deleted += 1
    if deleted:
        audit.record(
            actor=actor, verb="procedures.purge_drafts", target="draft:expired", fields={"count": deleted}
        )
    return deleted
