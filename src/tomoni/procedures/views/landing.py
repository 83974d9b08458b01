"""The room's landing page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tomoni.people.decorators import staff_required
from tomoni.ui.views import rooms


@require_safe
@staff_required
def landing(request: HttpRequest) -> HttpResponse:
    """What can be done in つながる."""
    return rooms.landing(request, "connect")
