"""届かなかった処理: dead letters of the outbox."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tomoni.core import queries
from tomoni.core.actions.retry_delivery import retry_delivery
from tomoni.core.paging import position
from tomoni.core.web.guard import actor_of, staff


@require_safe
@staff("outbox.view")
def outbox_list(request: HttpRequest) -> HttpResponse:
    """What was given up on, with the reason."""
    page = queries.dead_deliveries(actor_of(request), before=position(request))
    return render(request, "core/outbox_list.html", {"page": page})


@require_POST
@staff("outbox.view")
def outbox_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one again."""
    retry_delivery(actor=actor_of(request), delivery=pk)
    messages.success(request, _("もう一度試します。"))
    return redirect("core:outbox")
