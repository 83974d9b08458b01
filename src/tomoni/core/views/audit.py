"""監査の記録: who did what, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tomoni.core import queries, throttle
from tomoni.core.audit import words
from tomoni.core.audit.jobs import verify_audit
from tomoni.core.audit.verify import REASONS
from tomoni.core.models import AuditEntry
from tomoni.core.paging import position
from tomoni.core.registry import Audited, audited_things, person_names
from tomoni.core.web.guard import actor_of, staff


@require_safe
@staff("audit.view")
def audit_list(request: HttpRequest) -> HttpResponse:
    """The list with the result of the last verification."""
    actor, text, verb = actor_of(request), request.GET.get("q", ""), request.GET.get("verb", "")
    verified = queries.last_verification(actor)
    page = queries.audit_entries(actor, text=text, verb=verb, before=position(request))
    things = audited_things(actor, (entry.target for entry in page.rows))
    context = {
        "page": page,
        "things": things,
        "fields": {entry.pk: _fields(entry, things) for entry in page.rows},
        "who": {entry.pk: name for entry, name in zip(page.rows, _names(page.rows), strict=True)},
        "did": {entry.pk: words.label(entry.verb) for entry in page.rows},
        "asked": text,
        "verb": verb,
        "verb_groups": [(room, list(verbs.items())) for room, verbs in words.rooms()],
        "verified": verified,
        "reason": REASONS.get(verified.reason, "") if verified else "",
    }
    return render(request, "core/audit_list.html", context)


def _fields(entry: AuditEntry, things: dict[str, Audited]) -> str:
    """The fields of an entry in words; a code stays where nobody knows its word."""
    words_of = things[entry.target].fields if entry.target in things else {}
    return _("、").join(str(words_of.get(code, code)) for code in entry.fields)


def _names(entries: Sequence[AuditEntry]) -> list[str]:
    """Who acted, in words; the entry itself holds only a reference."""
    refs = [entry.actor.partition(":") for entry in entries]
    people = person_names(int(i) for kind, _colon, i in refs if kind == "user" and i.isdecimal())
    kinds = {"system": _("自動の処理"), "anonymous": _("住民（署名なし）"), "token": _("APIトークン")}
    return [
        people.get(int(i), "") if kind == "user" and i.isdecimal() else kinds.get(kind, "")
        for kind, _colon, i in refs
    ]


@require_POST
@staff("audit.view")
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Verify now, as a job: a long chain takes its time."""
    actor = actor_of(request)
    throttle.hit("audit-verify", limit=6, seconds=60)
    job = verify_audit.enqueue(actor_id=actor.id)
    messages.success(request, _("記録の点検を始めました。"))
    return redirect("core:job", job.id)
