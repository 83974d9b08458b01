"""Change a form's texts and rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tomoni.core import audit
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden
from tomoni.procedures.models import Form
from tomoni.procedures.queries import may_manage
from tomoni.procedures.readiness import keep_ready

EDITABLE = (
    "title",
    "intro",
    "needs",
    "minutes",
    "after",
    "days",
    "contact_section",
    "contact_telephone",
    "contact_hours",
    "opens_on",
    "closes_on",
    "verify_field",
    "email_field",
    "feedback",
    "letters",
    "status_words",
    "applicant_actions",
    "en",
)


@action("procedures.update_form")
def update_form(*, actor: Actor, form: Form, changes: Mapping[str, Any], revision: int) -> Form:
    """Apply validated changes; `Invalid` if an open form could not stay open. `Conflict` with both versions when somebody else saved since `revision`."""
    held = locked(actor, form)
    if held.revision != revision:
        theirs = {name: getattr(held, name) for name in changes}
        raise Conflict(mine=dict(changes), theirs=theirs, revision=held.revision)
    changed = [name for name in EDITABLE if name in changes and getattr(held, name) != changes[name]]
    for name in changed:
        setattr(held, name, changes[name])
    if changed:
        held.revision += 1
        held.save()
        keep_ready(held)
        audit.record(
            actor=actor,
            verb="procedures.update_form",
            target=f"form:{held.pk}",
            fields={n: str(changes[n]) for n in changed},
        )
    return held


def locked(actor: Actor, form: Form) -> Form:
    """The form's row, locked, for an actor who may manage it."""
    if not may_manage(actor, form.app_code):
        raise Forbidden("forms.manage")
    return Form.objects.select_for_update().get(pk=form.pk)
