"""Staff: submissions across forms, one in detail, and entering what came by telephone or over the counter."""

from __future__ import annotations

import secrets as random
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tomoni.core.errors import Forbidden, Invalid, NotFound, TooLarge
from tomoni.people.decorators import staff_required
from tomoni.procedures import access, queries, receipt, secrets
from tomoni.procedures.actions.attach_files import store_uploads
from tomoni.procedures.actions.enter_submission import CHANNELS, enter_submission
from tomoni.procedures.actions.store_for_entry import store_for_entry
from tomoni.procedures.models import Form, Submission
from tomoni.procedures.progress import progress
from tomoni.procedures.questions import all_questions, read_answer, texts_of, when_asked
from tomoni.procedures.views.forms import actor_of, viewed
from tomoni.records import facade as records

__all__ = ["detail", "enter", "index", "store_uploads"]


@require_safe
@staff_required
def index(request: HttpRequest) -> HttpResponse:
    """Newest first, of every app the actor may view; by form, by channel, or by receipt number."""
    actor = actor_of(request)
    apps = queries.visible_apps(actor)
    wanted = request.GET.get("number", "").strip()
    if wanted:
        found = queries.submission_by_receipt(receipt.normalize(wanted) or "-")
        if found is not None and found.app_code in apps and queries.may_see_record(actor, found):
            return HttpResponseRedirect(reverse("procedures:staff_submission", args=[found.pk]))
        messages.warning(request, _("この受付番号の申請は見つかりません。番号を確かめてください。"))
    before = request.GET.get("before", "")
    form, channel = request.GET.get("form", ""), request.GET.get("channel", "")
    rows = queries.submissions(
        apps,
        form=form,
        channel=channel if channel in Submission.Channel.values else "",
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
    )
    shown = queries.with_records(actor, rows[: queries.PAGE])
    context = {
        "rows": shown,
        "next": rows[queries.PAGE - 1].pk if len(rows) > queries.PAGE else None,
        "forms": list(Form.objects.filter(app_code__in=apps)),
        "channels": Submission.Channel.choices,
        "form_slug": form,
        "channel": channel,
        "apps": apps,
    }
    return render(request, "procedures/staff/submissions.html", context)


@require_safe
@staff_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission: number, channel, who entered it, the agent, where it stands, letter."""
    actor = actor_of(request)
    found = queries.submission(pk)
    record = queries.record_of(actor, found) if found.app_code in queries.visible_apps(actor) else None
    if record is None:
        raise NotFound
    context = {
        "submission": found,
        "number": secrets.unseal(found.receipt_sealed),
        "progress": progress(found),
        "app": records.schema(code=found.app_code),
        "answers": access.given(found.form, record),
        "unprintable": access.unprintable(text for v in record.values.values() for text in texts_of(v)),
        "fresh": request.GET.get("new") == "1",
    }
    return render(request, "procedures/staff/submission.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole form on one page, for telephone, counter and agents."""
    form, actor = viewed(request, slug), actor_of(request)
    if not queries.may(actor, form.app_code, "add"):
        raise Forbidden("app.add")
    asked = all_questions(form)
    answers: dict[str, Any] = {}
    errors: dict[str, list[Any]] = {}
    agent: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        agent = {
            part: request.POST.get(f"agent_{part}", "")[:1000] for part in ("name", "relation", "reason")
        }
        try:
            answers = {
                a.field_code: read_answer(a.field, request.POST) for a in asked if a.field.type != "file"
            }
            for a in asked:
                if a.field.type == "file":
                    answers[a.field_code] = store_for_entry(
                        actor=actor, field=a.field, uploads=request.FILES.getlist(a.field_code)
                    )
            made = enter_submission(
                actor=actor,
                form=form,
                answers=answers,
                channel=request.POST.get("channel", ""),
                once=request.POST.get("once", "")[:64],
                agent=agent,
            )
            return HttpResponseRedirect(reverse("procedures:staff_submission", args=[made.pk]) + "?new=1")
        except Invalid as error:
            errors, status = error.errors, 422
        except TooLarge as error:
            errors, status = {"": [error.message]}, 413
    rows = [
        {
            "asked": a,
            # A question that is not always asked is not always required; `when` says in words when it is.
            "field": replace(a.field, required=False) if a.visible_field else a.field,
            "when": when_asked(a, asked),
            "value": answers.get(a.field_code, a.field.default),
            "errors": errors.get(a.field_code, []),
        }
        for a in asked
    ]
    known = {a.field_code for a in asked}
    context = {
        "form": form,
        "rows": rows,
        "wrong": [r for r in rows if r["errors"]],
        "errors": errors,
        "other_errors": [m for code, ms in errors.items() if code not in known for m in ms],
        "channels": [(c.value, c.label) for c in CHANNELS],
        "channel": request.POST.get("channel", request.GET.get("channel", "")),
        "agent": agent,
        "once": request.POST.get("once", "")[:64] or random.token_urlsafe(16),
        "accepting": form.accepting(),
    }
    return render(request, "procedures/staff/enter.html", context, status=status)
