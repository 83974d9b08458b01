"""Start a draft: the resident pressed 「始める」."""

from __future__ import annotations

from datetime import timedelta

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Gone
from tomoni.procedures import secrets
from tomoni.procedures.models import Draft, Form

KEEP_DAYS = 30


@action("procedures.start_draft")
def start_draft(*, actor: Actor, form: Form) -> str:
    """Make an empty draft and return its token, which only the resident keeps. `Gone` when the form is closed."""
    if not form.accepting():
        raise Gone
    token = secrets.new_token()
    now = clock.now()
    draft = Draft.objects.create(
        form=form,
        token_digest=secrets.digest("draft", token),
        created_at=now,
        saved_at=now,
        expires_at=now + timedelta(days=KEEP_DAYS),
    )
    audit.record(actor=actor, verb="procedures.start_draft", target=f"draft:{draft.pk}", fields={})
    return token
