"""Send a draft: once, however often the button is pressed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Gone, Invalid
from tomoni.procedures.actions.make_submission import make_submission
from tomoni.procedures.models import Draft, Form, Submission
from tomoni.procedures.questions import asked_now


@action("procedures.submit_draft")
def submit_draft(*, actor: Actor, draft: Draft, consent: bool) -> Submission:
    """Turn the draft into a record. The row is locked: the second of two taps gets the first one's submission.

    The answers are erased from the draft; what stays is the way to the receipt page until the link expires.
    """
    held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if held is None or held.expires_at <= clock.now():
        raise Gone
    if held.submission_id is not None:
        return Submission.objects.select_related("form").get(pk=held.submission_id)
    form = Form.objects.get(pk=held.form_id)
    if not form.accepting():
        raise Gone
    if not consent:
        raise Invalid({"consent": [_("内容を確かめ、同意のところに印を付けてください。")]})
    submission, _number = make_submission(
        actor=actor,
        form=form,
        asked=asked_now(form, held.answers),
        answers=held.answers,
        channel=Submission.Channel.ONLINE,
        source="form",
        once=held.token_digest,
    )
    held.answers = {}
    held.submission = submission
    held.save(update_fields=["answers", "submission"])
    return submission
