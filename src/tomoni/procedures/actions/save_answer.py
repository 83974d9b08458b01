"""Save one answer of a draft. Each call changes one answer only, so two open pages do not undo each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Gone, Invalid
from tomoni.core.privacy import find_individual_number
from tomoni.procedures.actions.start_draft import KEEP_DAYS
from tomoni.procedures.models import Draft
from tomoni.procedures.questions import texts_of


@action("procedures.save_answer")
def save_answer(*, actor: Actor, draft: Draft, code: str, answer: Any) -> Draft:
    """Keep the raw answer as it was typed; the link lives 30 days from now. `Conflict` once it was sent.

    An individual number (個人番号) is refused before anything is written: the draft keeps the answer it had.

    There is no audit entry per keystroke: a draft is the resident's own paper until it is sent.
    """
    if any(find_individual_number(text) for text in texts_of(answer)):
        raise Invalid({code: [_("個人番号（マイナンバー）は入力できません。12桁の番号を消してください。")]})
    held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    now = clock.now()
    if held is None or held.expires_at <= now:
        raise Gone
    if held.submission_id is not None:
        raise Conflict
    held.answers[code] = answer
    held.saved_at = now
    held.expires_at = now + timedelta(days=KEEP_DAYS)
    held.save(update_fields=["answers", "saved_at", "expires_at"])
    held.form = draft.form
    return held
