"""Reads of forms, drafts and submissions. Staff see what their rights in the app let them see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Gone, NotFound
from tomoni.procedures import secrets
from tomoni.procedures.models import Draft, Form, Submission
from tomoni.records import facade as records

PAGE = 50


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form in the staff list."""

    form: Form
    app_name: str
    submissions: int
    drafts: int
    may_manage: bool
    may_enter: bool


def may(actor: Actor, app_code: str, verb: str) -> bool:
    """Whether the actor holds a verb in an app on some record."""
    try:
        return records.may(actor=actor, app=app_code, verb=verb)
    except NotFound:
        return False


def may_manage(actor: Actor, app_code: str) -> bool:
    """Whether the actor may manage forms of an app: by the right, or by managing the app."""
    return actor.may("forms.manage") or (actor.is_staff and may(actor, app_code, "manage"))


def may_view(actor: Actor, form: Form) -> bool:
    """Whether the actor may open a form's staff page: by viewing the app, or by managing its forms."""
    return form.app_code in visible_apps(actor) or may_manage(actor, form.app_code)


def visible_apps(actor: Actor) -> dict[str, Any]:
    """The apps whose records the actor may view, by code."""
    return {app.code: app for app in records.apps(actor=actor) if "view" in app.verbs}


def form(slug: str) -> Form:
    """A form by its slug; `NotFound` otherwise."""
    found = Form.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def public_form(slug: str) -> Form:
    """A form that residents may know of: not one that is still being prepared."""
    found = form(slug)
    if found.state == Form.State.DRAFT:
        raise NotFound
    return found


def forms_for(actor: Actor) -> list[FormRow]:
    """Forms of the apps the actor may view (or all, for those who manage forms), with counts."""
    apps = visible_apps(actor)
    rows = Form.objects.all() if actor.may("forms.manage") else Form.objects.filter(app_code__in=apps)
    counts = dict(Submission.objects.values_list("form").annotate(n=Count("pk")))
    drafts = dict(
        Draft.objects.filter(submission__isnull=True, expires_at__gt=clock.now())
        .values_list("form")
        .annotate(n=Count("pk"))
    )
    return [
        FormRow(
            f,
            getattr(apps.get(f.app_code), "name", f.app_code),
            counts.get(f.pk, 0),
            drafts.get(f.pk, 0),
            may_manage(actor, f.app_code),
            f.app_code in apps and "add" in apps[f.app_code].verbs,
        )
        for f in rows
    ]


def open_forms(day: date | None = None) -> list[Form]:
    """Forms that residents may use today."""
    day = day or clock.today()
    since = Q(opens_on__isnull=True) | Q(opens_on__lte=day)
    until = Q(closes_on__isnull=True) | Q(closes_on__gte=day)
    return list(Form.objects.filter(since, until, state=Form.State.OPEN))


def draft(form: Form, token: str) -> Draft:
    """The draft a link leads to. `Gone` when it has expired, `NotFound` when the link was never one of ours."""
    found = (
        Draft.objects.filter(token_digest__in=secrets.digests("draft", token), form=form)
        .select_related("submission")
        .first()
    )
    if found is None:
        if secrets.genuine_token(token):
            raise Gone
        raise NotFound
    found.form = form
    if found.expires_at <= clock.now():
        raise Gone
    return found


def submission_by_receipt(number: str) -> Submission | None:
    """The submission of a normalized receipt number, found by digest."""
    return (
        Submission.objects.filter(receipt_digest__in=secrets.digests("receipt", number))
        .select_related("form")
        .first()
    )


def submission(pk: int) -> Submission:
    """A submission by id; `NotFound` otherwise."""
    found = Submission.objects.filter(pk=pk).select_related("form", "entered_by").first()
    if found is None:
        raise NotFound
    return found


def submissions(
    app_codes: Iterable[str], *, form: str = "", channel: str = "", before: int | None = None
) -> list[Submission]:
    """Submissions of these apps, newest first; one more than a page, so that the caller knows of a next one."""
    rows = Submission.objects.filter(app_code__in=list(app_codes)).select_related("form", "entered_by")
    if form:
        rows = rows.filter(form__slug=form)
    if channel:
        rows = rows.filter(channel=channel)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: PAGE + 1])


def count(app_code: str, since: datetime | None = None, until: datetime | None = None) -> int:
    """How many submissions of an app came in the half-open period."""
    rows = Submission.objects.filter(app_code=app_code)
    if since is not None:
        rows = rows.filter(submitted_at__gte=since)
    if until is not None:
        rows = rows.filter(submitted_at__lt=until)
    return rows.count()


def may_see_record(actor: Actor, submission: Submission) -> bool:
    """Whether the reader's rights in the app show this record."""
    return record_of(actor, submission) is not None


def record_of(actor: Actor, submission: Submission) -> records.Record | None:
    """The submission's record, also from the trash, as far as the reader's rights in the app show it."""
    for trashed in (False, True):
        try:
            return records.get(
                actor=actor, app=submission.app_code, record=submission.record_id, trashed=trashed
            )
        except NotFound:
            continue
        except Forbidden:
            break
    return None


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission in the staff list with its record's state."""

    submission: Submission
    title: str
    state: str
    kind: str


def with_records(actor: Actor, rows: list[Submission]) -> list[SubmissionRow]:
    """The submissions whose records the actor may see, with title and state; one query an app."""
    by_app: dict[str, list[int]] = {}
    for row in rows:
        by_app.setdefault(row.app_code, []).append(row.record_id)
    found: dict[tuple[str, int], tuple[str, str, str]] = {}
    for code, ids in by_app.items():
        schema = records.schema(code=code)
        kinds = {s.name: s.kind for s in schema.states}
        query = f"$id in ({', '.join(str(i) for i in ids)})"
        for record in records.find(actor=actor, app=code, query=query, limit=len(ids)).records:
            title = str(record.values.get(schema.title_field) or "") or f"{record.number}"
            found[code, record.id] = (title, record.status, kinds.get(record.status, "new"))
    return [
        SubmissionRow(row, *seen)
        for row in rows
        if (seen := found.get((row.app_code, row.record_id))) is not None
    ]


def channel_counts(form: Form) -> list[tuple[str, int]]:
    """How the form's submissions came: (label, number)."""
    counts = dict(form.submissions.order_by().values_list("channel").annotate(n=Count("pk")))
    return [(str(label), counts.get(value, 0)) for value, label in Submission.Channel.choices]
