"""Open and close a form (受付を始める・受付を終える)."""

from __future__ import annotations

from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.procedures.actions.update_form import locked
from tomoni.procedures.models import Form
from tomoni.procedures.readiness import obstacles


@action("procedures.publish_form")
def publish_form(*, actor: Actor, form: Form) -> Form:
    """Open the form. Raises `Invalid` with everything that is still missing, in words."""
    held = locked(actor, form)
    if problems := obstacles(held):
        raise Invalid({"": problems})
    held.state = Form.State.OPEN
    held.published_at = held.published_at or clock.now()
    held.revision += 1
    held.save()
    audit.record(actor=actor, verb="procedures.publish_form", target=f"form:{held.pk}", fields={})
    outbox.emit("procedures.form_opened", {"form": held.slug, "app": held.app_code})
    return held


@action("procedures.close_form")
def close_form(*, actor: Actor, form: Form) -> Form:
    """Close the form: residents read until when it was open and whom to call; what was sent stays."""
    held = locked(actor, form)
    held.state = Form.State.CLOSED
    held.revision += 1
    held.save()
    audit.record(actor=actor, verb="procedures.close_form", target=f"form:{held.pk}", fields={})
    return held
