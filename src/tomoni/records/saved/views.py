"""Keeping and removing personal views from the page they show."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.people.decorators import staff_required
from tomoni.records.saved.actions.keep_view import forget_view, keep_view


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@staff_required
@require_POST
def keep(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the page under a name."""
    back, page = request.POST.get("_back", ""), request.POST.get("page", "list")
    try:
        row = keep_view(
            actor=_actor(request),
            app=code,
            name=request.POST.get("name", ""),
            page=page,
            address=back.partition("?")[2],
            first=request.POST.get("first") == "1",
        )
    except Invalid as error:
        messages.error(request, str(error))
        return redirect("records:list", code)
    messages.success(request, _("「%(name)s」を自分の一覧に入れました。") % {"name": row.name})
    made = redirect(f"records:{row.page}", code)
    made["Location"] += f"?{row.address}" if row.address else ""
    return made


@staff_required
@require_POST
def forget(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Remove a personal view."""
    forget_view(actor=_actor(request), app=code, view=pk)
    messages.success(request, _("自分の一覧から消しました。"))
    return redirect("records:list", code)
