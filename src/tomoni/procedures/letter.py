"""Letters (通知文): the form's text for the record's state, with date, receipt number and contact, for A4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from tomoni.core import calendar, clock
from tomoni.core.actor import system
from tomoni.core.town import town
from tomoni.procedures import access, secrets, words
from tomoni.procedures.models import Form, Submission
from tomoni.procedures.progress import Progress, progress
from tomoni.procedures.questions import all_questions
from tomoni.records import facade as records

_NAMES = ("保護者の氏名", "申請者の氏名", "申請者氏名", "氏名", "お名前", "名前")


@dataclass(frozen=True, slots=True)
class Letter:
    """What the printed page shows. `facts` are the plain (not sensitive) answers as (label, text)."""

    title: str
    body: str
    day: str
    number: str
    received: str
    postcode: str
    address: str
    name: str
    facts: tuple[tuple[str, str], ...]
    section: str
    telephone: str
    hours: str
    town: str
    state: str


def default_text(form: Form, now: Progress) -> tuple[str, str]:
    """Title and text where the form has none for the state."""
    return form.title, f"{now.words.label}。\n{now.words.next}"


def letter_text(form: Form, now: Progress) -> tuple[str, str]:
    """Title and text for the record's state: `letters` holds a text, or `{title, body}`, by state."""
    own = form.letters.get(now.state)
    if isinstance(own, dict) and str(own.get("body") or "").strip():
        return str(own.get("title") or form.title), str(own["body"])
    if isinstance(own, str) and own.strip():
        return form.title, own
    return default_text(form, now)


def paper(submission: Submission) -> tuple[Letter, SafeString]:
    """The letter and its page. Letters leave the house in Japanese, whatever language the screen has."""
    with translation.override("ja"):
        made = compose(submission)
        return made, render_to_string("procedures/parts/letter.html", {"letter": made})


def compose(submission: Submission, day: date | None = None) -> Letter:
    """The letter of a submission as it stands. The caller has checked who may read it.

    The name, address and postcode come from the fields with those labels; times and places from slot
    and choice fields. Sensitive answers never go into a letter.
    """
    form = submission.form
    record = records.get(actor=system("letter"), app=submission.app_code, record=submission.record_id)
    now = progress(submission)
    asked = [a for a in all_questions(form) if a.field.personal != "sensitive" and a.field.type != "file"]
    text = {a.field.label: access.in_words(a.field, record.values.get(a.field_code), {}) for a in asked}
    by_type = {a.field.label: a.field.type for a in asked}
    title, body = letter_text(form, now)
    here = town()
    return Letter(
        title=title,
        body=body,
        day=calendar.to_wareki(day or clock.today()),
        number=secrets.unseal(submission.receipt_sealed),
        received=calendar.to_wareki(submission.submitted_at.astimezone(clock.TOKYO).date()),
        postcode=_first(text, "郵便番号"),
        address=_first(text, "住所"),
        name=next((text[label] for label in _NAMES if text.get(label)), ""),
        facts=tuple(
            (label, shown)
            for label, shown in text.items()
            if shown and by_type[label] in ("slot", "datetime")
        ),
        section=form.contact_section or here.contact_section,
        telephone=form.contact_telephone or here.telephone,
        hours=form.contact_hours or here.hours,
        town=here.name,
        state=words.state_words(form, now.state, now.words.kind).label,
    )


def _first(text: dict[str, str], part: str) -> str:
    return next((shown for label, shown in text.items() if part in label and shown), "")
