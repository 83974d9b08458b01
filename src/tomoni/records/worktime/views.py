"""Endpoints of working time: marks from the script, taps from the buttons."""

from __future__ import annotations

import math
import unicodedata

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Invalid
from tomoni.people.decorators import staff_required
from tomoni.records.worktime.actions.note_mark import note_mark
from tomoni.records.worktime.actions.tap import add_tap, undo_tap


@require_POST
@staff_required
def mark(request: HttpRequest) -> HttpResponse:
    """`POST app, record, kind, idle` from the script: 204, whatever was credited."""
    kind = request.POST.get("kind", "")
    if kind not in ("start", "beat", "stop"):
        raise Invalid({"kind": [_("この要求は読み取れませんでした。")]})
    note_mark(
        actor=request.actor,  # type: ignore[attr-defined]
        kind=kind,  # type: ignore[arg-type]
        app=_code(request),
        record=_integer(request.POST.get("record", "")),
        idle=_seconds(request.POST.get("idle", "0")),
    )
    return HttpResponse(status=204)


@require_POST
@staff_required
def tap(request: HttpRequest) -> HttpResponse:
    """A button (`tap=phone:5`) or own minutes (`kind`, `minutes`); back to the record."""
    kind, _colon, minutes = request.POST.get("tap", "").partition(":")
    if not kind:
        kind, minutes = request.POST.get("kind", ""), request.POST.get("minutes", "")
    try:
        row = add_tap(
            actor=request.actor,  # type: ignore[attr-defined]
            app=_code(request),
            record=_integer(request.POST.get("record", "")),
            kind=kind,
            minutes=_integer(minutes),
            nonce=request.POST.get("nonce", "")[:64],
        )
    except Invalid as error:
        messages.error(request, str(error))
    else:
        words = {"kind": row.get_kind_display(), "minutes": row.minutes}
        messages.success(request, _("%(kind)s %(minutes)s分を足しました。") % words)
    return _back(request)


@require_POST
@staff_required
def undo(request: HttpRequest, tap_id: int) -> HttpResponse:
    """Take one's own tap back."""
    row = undo_tap(actor=request.actor, tap=tap_id)  # type: ignore[attr-defined]
    words = {"kind": row.get_kind_display(), "minutes": row.minutes}
    messages.success(request, _("%(kind)s %(minutes)s分を取り消しました。") % words)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page the button was on, if it is one of ours."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    return HttpResponseRedirect(back)


def _code(request: HttpRequest) -> str:
    """The app's code, without what a database cannot keep."""
    return request.POST.get("app", "").replace("\x00", "")[:64]


def _integer(text: str) -> int:
    """A whole number, full-width digits too; 0 for anything else (which the action refuses)."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return int(folded) if folded.isascii() and folded.isdigit() and len(folded) <= 18 else 0


def _seconds(text: str) -> float:
    """Seconds of idleness; nonsense counts as none, as it could only shorten."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0
