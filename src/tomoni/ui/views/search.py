"""Search over everything the actor may see."""

from __future__ import annotations

from itertools import islice

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tomoni.core import registry
from tomoni.core.actor import Actor

LONGEST = 100
PER_SOURCE = 10


def search(request: HttpRequest) -> HttpResponse:
    """One box for records, procedures, sections and challenges; each room brings at most ten."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_staff:
        return redirect_to_login(request.get_full_path())
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    results = []
    if asked:
        results = [r for source in registry.SEARCHERS for r in islice(source(actor, asked), PER_SOURCE)]
    return render(request, "ui/search.html", {"asked": asked, "results": results})
