"""Keep one answer a subject; it may be changed for a day."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid
from tomoni.participation.models import Answer
from tomoni.participation.screening import screen

MAX_TEXT = 1000
CHANGEABLE = timedelta(hours=24)


def subject_digest(subject: str) -> str:
    """The keyed digest that keeps one answer a subject."""
    key = hashlib.sha256(f"tomoni.participation|{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, subject.encode(), hashlib.sha256).hexdigest()


@action("participation.record_answer")
def record_answer(
    *, actor: Actor, subject: str, app: str, task_id: str = "", score: int | str = "", text: str = ""
) -> int:
    """Record or change the answer about `subject` (for example `submission:12`); returns the answer's id.

    Raises `Invalid` for a score outside 1–5 or a text over 1,000 characters, `Conflict` after a day.
    """
    number = int(score) if str(score) in ("1", "2", "3", "4", "5") else 0
    if not number:
        raise Invalid({"score": [_("1から5のどれかを選んでください。")]})
    text = text.replace("\x00", "").strip()
    if len(text) > MAX_TEXT:
        raise Invalid({"text": [_("ご意見は%(limit)s文字までにしてください。") % {"limit": MAX_TEXT}]})
    clean, screened = screen(text)
    now, digest = clock.now(), subject_digest(subject)
    try:
        with transaction.atomic():
            answer, made = Answer.objects.select_for_update().get_or_create(
                subject_digest=digest,
                defaults={
                    "app_code": app,
                    "task_id": task_id,
                    "score": number,
                    "text": clean,
                    "screened": screened,
                    "at": now,
                    "changed_at": now,
                },
            )
    except IntegrityError:
        raise Conflict(_("もう一度送ってください。")) from None
    if not made:
        if now - answer.at > CHANGEABLE:
            raise Conflict(_("答えは、送ってから24時間まで変えられます。ありがとうございました。"))
        answer.score, answer.text, answer.screened, answer.changed_at = number, clean, screened, now
        answer.save(update_fields=["score", "text", "screened", "changed_at"])
    audit.record(
        actor=actor, verb="participation.answer", target=f"answer:{answer.pk}", fields={"score": number}
    )
    outbox.emit("participation.answered", {"answer": answer.pk, "app": app, "task_id": task_id})
    return answer.pk
