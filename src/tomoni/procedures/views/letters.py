"""Staff: the letter of a submission, to print on A4."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tomoni.core.errors import NotFound
from tomoni.people.decorators import staff_required
from tomoni.procedures import queries
from tomoni.procedures.letter import paper
from tomoni.procedures.views.forms import actor_of


@require_safe
@staff_required
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter for the record's present state."""
    actor = actor_of(request)
    found = queries.submission(pk)
    if found.app_code not in queries.visible_apps(actor) or not queries.may_see_record(actor, found):
        raise NotFound
    made, sheet = paper(found)
    manage = queries.may_manage(actor, found.app_code)
    return render(
        request,
        "procedures/staff/letter.html",
        {"submission": found, "letter": made, "paper": sheet, "manage": manage},
    )
