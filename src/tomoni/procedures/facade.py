"""What other rooms may ask of procedures."""

from __future__ import annotations

from datetime import datetime

from tomoni.core.actor import system
from tomoni.core.errors import NotFound
from tomoni.procedures import queries, secrets
from tomoni.procedures.models import Form, Submission
from tomoni.procedures.queries import may_view
from tomoni.records import facade as records

__all__ = [
    "Form",
    "Submission",
    "form_for_app",
    "may_view",
    "notify_address",
    "receipt_number",
    "submission_for_record",
    "submissions_count",
]


def form_for_app(app: str) -> Form | None:
    """The app's form: an open one first, else the newest; None when the app has none."""
    forms = list(Form.objects.filter(app_code=app).order_by("-pk"))
    return next((f for f in forms if f.state == Form.State.OPEN), forms[0] if forms else None)


def submission_for_record(app: str, record: int) -> Submission | None:
    """The submission that became this record; None for records that staff or imports made."""
    return Submission.objects.filter(app_code=app, record_id=record).select_related("form").first()


def submissions_count(app: str, since: datetime | None = None, until: datetime | None = None) -> int:
    """How many submissions came for an app in the half-open period, over every channel."""
    return queries.count(app, since, until)


def receipt_number(submission: Submission) -> str:
    """The receipt number, for letters and mails to the applicant only."""
    return secrets.unseal(submission.receipt_sealed)


def notify_address(app: str, record: int) -> str | None:
    """The mail address the applicant gave, read live from the record; None when there is none."""
    submission = submission_for_record(app, record)
    if submission is None or not submission.form.email_field:
        return None
    try:
        found = records.get(actor=system("notify"), app=app, record=record)
    except NotFound:
        return None
    return str(found.values.get(submission.form.email_field) or "").strip() or None
