"""送ったメール: every mail and its fate."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tomoni.core import queries
from tomoni.core.actions.resend_mail import resend_mail
from tomoni.core.models import Mail
from tomoni.core.paging import position
from tomoni.core.web.guard import actor_of, staff

TAGS = {"queued": "new", "sent": "done", "failed": "wait", "dead": "late"}


@require_safe
@staff("mail.view")
def mail_list(request: HttpRequest) -> HttpResponse:
    """The list, by state and words."""
    actor = actor_of(request)
    state, text = request.GET.get("state", ""), request.GET.get("q", "")
    counts = queries.mail_counts(actor)
    context = {
        "page": queries.mails(actor, state=state, text=text, before=position(request)),
        "states": [(s.value, s.label, counts[s.value]) for s in Mail.State],
        "state": state,
        "asked": text,
        "total": sum(counts.values()),
        "tags": TAGS,
    }
    return render(request, "core/mail_list.html", context)


@require_safe
@staff("mail.view")
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as it left, or why it did not."""
    actor = actor_of(request)
    mail = queries.mail(actor, pk)
    waiting = mail.state in (Mail.State.QUEUED, Mail.State.FAILED)
    context = {
        "mail": mail,
        "tag": TAGS[mail.state],
        "next_attempt": queries.next_attempt(mail) if waiting else None,
        "may_resend": mail.state in (Mail.State.FAILED, Mail.State.DEAD) and actor.may("mail.resend"),
    }
    return render(request, "core/mail_detail.html", context)


@require_POST
@staff("mail.resend")
def mail_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again, then show the mail."""
    resend_mail(actor=actor_of(request), mail=pk)
    messages.success(request, _("もう一度送ります。結果はこのページに出ます。"))
    return redirect("core:mail_detail", pk)
