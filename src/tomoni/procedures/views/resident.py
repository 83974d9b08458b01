"""The resident form: start, one question a page, save and come back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tomoni.core import throttle
from tomoni.core.errors import Gone, Invalid, NotFound, TooLarge
from tomoni.procedures import access, queries
from tomoni.procedures.actions.attach_files import attach_files
from tomoni.procedures.actions.email_draft_link import email_draft_link
from tomoni.procedures.actions.save_answer import save_answer
from tomoni.procedures.actions.start_draft import KEEP_DAYS, start_draft
from tomoni.procedures.models import Draft, Form
from tomoni.procedures.questions import (
    Asked,
    all_questions,
    asked_now,
    kept_files,
    longest_way,
    read_answer,
)
from tomoni.procedures.views.shell import client_address, keep, page, resident_page
from tomoni.procedures.words import time_of_day

STARTS_AN_HOUR = 120
UPLOADS_AN_HOUR = 120
MAILS_A_DAY = 3


@require_safe
@resident_page
def forms(request: HttpRequest) -> HttpResponse:
    """Every form that is open today."""
    return page(request, "procedures/resident/forms.html", forms=queries.open_forms())


@require_http_methods(["GET", "HEAD", "POST"])
@resident_page
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """What is needed, how long it takes, what happens with the data; the button makes a draft."""
    form = queries.public_form(slug)
    if not form.accepting():
        return closed(request, form)
    if request.method == "POST":
        throttle.hit(f"draft:{client_address(request)}", limit=STARTS_AN_HOUR, seconds=3600)
        token = start_draft(actor=access.applicant(form), form=form)
        return HttpResponseRedirect(keep(request, reverse("procedures:question", args=[slug, token, 1])))
    asked = all_questions(form)
    personal = [a for a in asked if a.field.personal != "none"]
    return page(
        request,
        "procedures/resident/start.html",
        form,
        count=len(asked),
        varies=any(a.visible_field for a in asked),
        personal=personal,
        keep_days=KEEP_DAYS,
    )


@require_safe
@resident_page
def resume(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Where the link leads: the first question without a good answer, the summary, or the receipt."""
    form, draft, other = opened(request, slug, token)
    if other is not None:
        return other
    assert draft is not None
    return HttpResponseRedirect(keep(request, _next_stop(form, draft, token)))


@require_http_methods(["GET", "HEAD", "POST"])
@resident_page
def question(request: HttpRequest, slug: str, token: str, n: int) -> HttpResponse:
    """One question. The answer is kept at each step, also when it still has a fault."""
    form, draft, other = opened(request, slug, token)
    if other is not None:
        return other
    assert draft is not None
    asked = asked_now(form, draft.answers)
    if n < 1 or n > len(asked):
        return HttpResponseRedirect(keep(request, _next_stop(form, draft, token)))
    current = asked[n - 1]
    if request.method != "POST":
        return show_question(request, form, draft, token, n, asked, [])
    # The code in the page says which question was answered, also when the form was changed meanwhile.
    found = next((a for a in asked if a.field_code == request.POST.get("code")), None)
    if found is None:
        return HttpResponseRedirect(keep(request, reverse("procedures:question", args=[slug, token, n])))
    current = found
    n = asked.index(current) + 1
    draft, errors, status = _take(request, form, draft, current)
    if request.POST.get("then") == "later" and not errors:
        return HttpResponseRedirect(keep(request, reverse("procedures:later", args=[slug, token])))
    errors = errors or access.check_answer(form, current, draft.answers.get(current.field_code))
    if errors:
        return show_question(request, form, draft, token, n, asked, errors, status=status)
    if request.GET.get("check"):
        return HttpResponseRedirect(keep(request, _next_stop(form, draft, token)))
    asked = asked_now(form, draft.answers)
    following = next((i + 2 for i, a in enumerate(asked) if a.field_code == current.field_code), n + 1)
    if following > len(asked):
        return HttpResponseRedirect(keep(request, reverse("procedures:check", args=[slug, token])))
    return HttpResponseRedirect(keep(request, reverse("procedures:question", args=[slug, token, following])))


def _take(request: HttpRequest, form: Form, draft: Draft, current: Asked) -> tuple[Draft, list[Any], int]:
    """Save what was posted; returns the draft, what is wrong with an upload, and the status for it."""
    actor = access.applicant(form)
    field = current.field
    if field.type != "file":
        answer = read_answer(field, request.POST)
        try:
            return save_answer(actor=actor, draft=draft, code=field.code, answer=answer), [], 422
        except Invalid as error:  # nothing was written; the page still shows what was typed
            draft.answers = {**draft.answers, field.code: answer}
            return draft, [m for ms in error.errors.values() for m in ms], 422
    kept = kept_files(field, request.POST, draft.answers.get(field.code) or [])
    uploads = request.FILES.getlist(field.code)
    if uploads:
        throttle.hit(f"upload:{client_address(request)}", limit=UPLOADS_AN_HOUR, seconds=3600)
    try:
        return attach_files(actor=actor, draft=draft, field=field, keep=kept, uploads=uploads), [], 422
    except Invalid as error:
        return draft, [m for ms in error.errors.values() for m in ms], 422
    except TooLarge as error:
        return draft, [error.message], 413


def show_question(
    request: HttpRequest,
    form: Form,
    draft: Draft,
    token: str,
    n: int,
    asked: list[Asked],
    errors: list[Any],
    *,
    status: int = 422,
) -> HttpResponse:
    """Render question `n` of those asked."""
    current = asked[n - 1]
    slug = form.slug
    if request.GET.get("check"):
        back = reverse("procedures:check", args=[slug, token])
    elif n == 1:
        back = reverse("procedures:start", args=[slug])
    else:
        back = reverse("procedures:question", args=[slug, token, n - 1])
    return page(
        request,
        "procedures/resident/question.html",
        form,
        status=status if errors else 200,
        asked=current,
        question=current.question,
        field=current.field,
        choice_labels=current.question.choice_labels,
        value=draft.answers.get(current.field_code),
        errors=errors,
        n=n,
        total=max(longest_way(form, draft.answers), n),
        last=n == len(asked),
        back=keep(request, back),
        saved=time_of_day(draft.saved_at) if draft.answers else "",
        keep_days=KEEP_DAYS,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@resident_page
def later(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The link to come back with; it can be sent by mail."""
    form, draft, other = opened(request, slug, token)
    if other is not None:
        return other
    assert draft is not None
    link = settings.BASE_URL + reverse("procedures:resume", args=[slug, token])
    context: dict[str, Any] = {
        "link": link,
        "draft": draft,
        "token": token,
        "sent": request.GET.get("sent") == "1",
    }
    if request.method == "POST":
        throttle.hit(f"draft-mail:{draft.pk}", limit=MAILS_A_DAY, seconds=86_400)
        try:
            email_draft_link(
                actor=access.applicant(form),
                draft=draft,
                token=token,
                address=request.POST.get("address", ""),
            )
        except Invalid as error:
            context |= {
                "errors": error.errors.get("address") or [str(error)],
                "address": request.POST.get("address", "")[:254],
            }
            return page(request, "procedures/resident/later.html", form, status=422, **context)
        return HttpResponseRedirect(reverse("procedures:later", args=[slug, token]) + "?sent=1")
    return page(request, "procedures/resident/later.html", form, **context)


def opened(request: HttpRequest, slug: str, token: str) -> tuple[Form, Draft | None, HttpResponse | None]:
    """The form and its draft, or the page to show instead: expired, closed, already sent."""
    form = queries.public_form(slug)
    try:
        draft = queries.draft(form, token)
    except Gone:
        return (
            form,
            None,
            page(request, "procedures/resident/expired.html", form, status=410, keep_days=KEEP_DAYS),
        )
    except NotFound:
        raise NotFound(
            _("このリンクは正しくありません。アドレスが途中で切れていないか、確かめてください。")
        ) from None
    if draft.submission_id is not None:
        return (
            form,
            draft,
            HttpResponseRedirect(keep(request, reverse("procedures:done", args=[slug, token]))),
        )
    if not form.accepting():
        return form, draft, closed(request, form)
    return form, draft, None


def closed(request: HttpRequest, form: Form) -> HttpResponse:
    """The form is not open: its period, and whom to call. 410 when it is over, 200 when it is still to come."""
    from tomoni.core import clock

    soon = form.state == Form.State.OPEN and form.opens_on is not None and clock.today() < form.opens_on
    return page(request, "procedures/resident/closed.html", form, status=200 if soon else 410, soon=soon)


def _next_stop(form: Form, draft: Draft, token: str) -> str:
    """The first question without a good answer, with the way back to the summary; or the summary."""
    for n, a in enumerate(asked_now(form, draft.answers), start=1):
        if a.field_code not in draft.answers or access.check_answer(form, a, draft.answers[a.field_code]):
            return reverse("procedures:question", args=[form.slug, token, n])
    return reverse("procedures:check", args=[form.slug, token])
