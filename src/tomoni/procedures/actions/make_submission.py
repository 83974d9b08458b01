"""What every channel shares: the record is written, the receipt number given, the receipt mail queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core import audit, calendar, clock, mail, outbox
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.core.town import town
from tomoni.procedures import receipt, secrets, verification, words
from tomoni.procedures.models import Form, Submission
from tomoni.procedures.questions import (
    Asked,
    empty,
    missing_message,
    proof_words,
    second_question,
    verify_kind,
)
from tomoni.records import facade as records


def require(asked: list[Asked], answers: Mapping[str, Any]) -> None:
    """Raise `Invalid` for each question that must be answered and is not (the form may ask more than the app)."""
    if missing := absent(asked, answers):
        raise Invalid(missing)


def absent(asked: list[Asked], answers: Mapping[str, Any]) -> dict[str, list[Any]]:
    """For each question that must be answered and is not, the sentence that says so."""
    return {
        a.field_code: [missing_message(a)]
        for a in asked
        if a.field.required and empty(answers.get(a.field_code))
    }


def proof_digests(form: Form, number: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """The digests of what opens the status page: of the form's field, and of the other kind where it was given."""
    kind = verify_kind(form)
    folds = {"birth": verification.fold_birth, "telephone": verification.fold_telephone}
    if kind not in folds or form.verify_field not in values:
        raise Invalid(
            {
                "": [
                    _(
                        "この手続は、いま受け付けの準備ができていません。お手数ですが、担当の課に知らせてください。"
                    )
                ]
            }
        )
    first = folds[kind](values[form.verify_field])
    if not first:
        raise Invalid({form.verify_field: [verify_message(kind)]})
    other = second_question(form)
    second = ""
    if other is not None and other.field_code in values:
        second = folds["telephone" if kind == "birth" else "birth"](values[other.field_code])
    return verification.digest(number, first), verification.digest(number, second) if second else ""


def make_submission(
    *,
    actor: Actor,
    form: Form,
    asked: list[Asked],
    answers: Mapping[str, Any],
    channel: str,
    source: str,
    once: str,
    agent: Mapping[str, str] | None = None,
) -> tuple[Submission, str]:
    """Write the record and its submission in the caller's transaction; returns it with its receipt number.

    Raises `Invalid` with messages by field code, also when the slot was taken meanwhile.
    """
    require(asked, answers)
    values = {a.field_code: answers[a.field_code] for a in asked if not empty(answers.get(a.field_code))}
    number = receipt.generate(clock.today())
    first, second = proof_digests(form, number, values)
    record = records.create_record(actor=actor, app=form.app_code, values=values, source=source)
    submission = Submission.objects.create(
        form=form,
        app_code=form.app_code,
        record_id=record.id,
        channel=channel,
        entered_by_id=actor.id if actor.kind == "user" else None,
        receipt_sealed=secrets.seal(number),
        receipt_digest=secrets.digest("receipt", number),
        verify_digest=first,
        second_digest=second,
        once=once,
        submitted_at=clock.now(),
        **{f"agent_{k}": v for k, v in (agent or {}).items()},
    )
    audit.record(
        actor=actor,
        verb="procedures.submit",
        target=f"submission:{submission.pk}",
        fields={"channel": channel},
    )
    outbox.emit(
        "procedures.submitted", {"app": form.app_code, "record": record.id, "submission": submission.pk}
    )
    _receipt_mail(form, submission, number, str(values.get(form.email_field) or ""))
    return submission, number


def verify_message(kind: str) -> str:
    """What to say when the answer that opens the status page cannot be read."""
    if kind == "birth":
        return _("生年月日は 例: 昭和33年5月2日 の形で入力してください。")
    return _("電話番号は 例: 0000-12-3456 の形で入力してください。")


def _receipt_mail(form: Form, submission: Submission, number: str, address: str) -> None:
    """Queue the receipt, if an address was given. It names the form and the number, never the person."""
    if not form.email_field or not address:
        return
    due = words.due_date(form, submission.submitted_at)
    lines = [
        _("%(title)s を受け付けました。") % {"title": form.shown_title},
        "",
        _("受付番号: %(number)s") % {"number": number},
        form.shown_after,
        _("%(day)s ごろまでにお知らせします。") % {"day": calendar.format_day(due)} if due else "",
        "",
        _("今の状況は、次のページで見られます。受付番号と、書いていただいた%(proof)sが必要です。")
        % {"proof": proof_words(form, second=bool(submission.second_digest))},
        f"{settings.BASE_URL}{reverse('procedures:status')}",
        "",
        form.contact_section or town().contact_section,
        form.contact_telephone or town().telephone,
    ]
    mail.send_later(
        to=address,
        subject=_("【%(town)s】受け付けました（%(title)s）")
        % {"town": town().name, "title": form.shown_title},
        body="\n".join(line for i, line in enumerate(lines) if line or (i and lines[i - 1])),
        purpose="receipt",
        related=f"submission:{submission.pk}",
    )
