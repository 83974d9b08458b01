"""Check your answers, send once, receipt."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tomoni.core import throttle
from tomoni.core.errors import Gone, Invalid, NotFound
from tomoni.procedures import access, queries, secrets, words
from tomoni.procedures.actions.start_draft import KEEP_DAYS
from tomoni.procedures.actions.submit_draft import submit_draft
from tomoni.procedures.models import Draft, Form
from tomoni.procedures.questions import asked_now, proof_words, texts_of
from tomoni.procedures.views.resident import closed, opened
from tomoni.procedures.views.shell import client_address, keep, page, resident_page

SENDS_AN_HOUR = 120


@require_http_methods(["GET", "HEAD", "POST"])
@resident_page
def check(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """All answers with 「変更する」, consent, and one button."""
    form, draft, other = opened(request, slug, token)
    if other is not None:
        return other
    assert draft is not None
    if request.method != "POST":
        for n, a in enumerate(asked_now(form, draft.answers), start=1):
            if access.check_answer(form, a, draft.answers.get(a.field_code)):
                return HttpResponseRedirect(
                    keep(request, reverse("procedures:question", args=[slug, token, n]) + "?check=1")
                )
        return _summary(request, form, draft, token, {})
    throttle.hit(f"submit:{client_address(request)}", limit=SENDS_AN_HOUR, seconds=3600)
    try:
        submit_draft(actor=access.applicant(form), draft=draft, consent=request.POST.get("consent") == "yes")
    except Invalid as error:
        return _summary(request, form, draft, token, error.errors)
    except Gone:
        return closed(request, form)
    return HttpResponseRedirect(keep(request, reverse("procedures:done", args=[slug, token])))


def _summary(
    request: HttpRequest, form: Form, draft: Draft, token: str, errors: dict[str, list[Any]]
) -> HttpResponse:
    asked = asked_now(form, draft.answers)
    rows = []
    for n, (a, text) in enumerate(access.shown(form, asked, draft.answers), start=1):
        link = reverse("procedures:question", args=[form.slug, token, n]) + "?check=1"
        rows.append(
            {"asked": a, "text": text, "link": keep(request, link), "errors": errors.get(a.field_code, [])}
        )
    known = {a.field_code for a in asked} | {"consent"}
    return page(
        request,
        "procedures/resident/check.html",
        form,
        status=422 if errors else 200,
        rows=rows,
        wrong=[r for r in rows if r["errors"]],
        consent_errors=errors.get("consent", []),
        other_errors=[m for code, ms in errors.items() if code not in known for m in ms],
        errors=errors,
        unprintable=access.unprintable(
            text for a in asked for text in texts_of(draft.answers.get(a.field_code))
        ),
        back=keep(request, reverse("procedures:question", args=[form.slug, token, max(len(asked), 1)])),
        purposes=sorted({a.shown_purpose for a in asked if a.field.personal != "none" and a.field.purpose}),
        keep_days=KEEP_DAYS,
    )


@require_safe
@resident_page
def done(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The receipt: number large, what happens next, by when. It can be opened again until the link expires."""
    form = queries.public_form(slug)
    try:
        draft = queries.draft(form, token)
    except Gone:
        return page(request, "procedures/resident/expired.html", form, status=410, keep_days=KEEP_DAYS)
    except NotFound:
        raise NotFound(
            _("このリンクは正しくありません。アドレスが途中で切れていないか、確かめてください。")
        ) from None
    submission = draft.submission
    if submission is None:
        return HttpResponseRedirect(keep(request, reverse("procedures:resume", args=[slug, token])))
    return page(
        request,
        "procedures/resident/done.html",
        form,
        submission=submission,
        number=secrets.unseal(submission.receipt_sealed),
        proof=proof_words(form, second=bool(submission.second_digest)),
        due=words.due_date(form, submission.submitted_at),
        ticket=secrets.make_ticket("answer", submission.pk) if form.feedback else "",
        keep_days=KEEP_DAYS,
    )
