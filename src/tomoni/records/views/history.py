"""Bringing back an earlier version of a record: an ordinary change, with its own line in the history."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Conflict, Invalid
from tomoni.people.decorators import staff_required
from tomoni.records.actions.restore_revision import restore_revision
from tomoni.records.views import merge
from tomoni.records.views.common import enter
from tomoni.records.views.record import show


@staff_required
@require_POST
def revert(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """「この版に戻す」."""
    inside = enter(request, code)
    target = request.POST.get("_to", "")
    revision = int(target) if target.isascii() and target.isdigit() and len(target) < 10 else 0
    try:
        restore_revision(
            actor=inside.actor, app=code, record=pk, to=revision, revision=merge.posted_revision(request)
        )
    except Conflict:
        messages.warning(
            request, _("その間に、この記録が変わりました。履歴を確かめてから、もう一度選んでください。")
        )
        return show(request, inside, pk, status=409)
    except Invalid as error:
        texts = [str(t) for ts in error.errors.values() for t in ts]
        messages.error(request, _("この版には戻せません。%(why)s") % {"why": " ".join(texts)})
        return show(request, inside, pk, status=422)
    messages.success(request, _("前の版に戻しました。"))
    return redirect("records:record", code, pk)
