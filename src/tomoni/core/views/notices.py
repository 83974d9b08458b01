"""お知らせ: one's own notices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tomoni.core import notices as bell
from tomoni.core import queries
from tomoni.core.actions.read_notices import read_notices
from tomoni.core.paging import position
from tomoni.core.web.guard import actor_of, signed_in


@require_safe
@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """The list."""
    actor = actor_of(request)
    context = {
        "page": queries.notices(actor, before=position(request)),
        "unread_count": bell.unread(actor.id),
        "base": "ui/base_staff.html" if actor.is_staff else "ui/base_resident.html",
    }
    return render(request, "core/notices.html", context)


@require_POST
@signed_in
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark one (`notice`) or all as read; one goes on to its page."""
    actor, given = actor_of(request), request.POST.get("notice", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        read_notices(actor=actor)
        return redirect("core:notices")
    read_notices(actor=actor, notice=int(given))
    url = next((n.url for n in queries.notices(actor, before=int(given) + 1).rows if n.pk == int(given)), "")
    return redirect(url or "core:notices")
