"""The tool of a challenge: install a kit, or take an app that is there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.challenges import neighbours, queries
from tomoni.challenges.access import EDIT, may_edit
from tomoni.challenges.actions.attach_app import attach_app
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid
from tomoni.people.decorators import right_required


@right_required(EDIT)
def tools(request: HttpRequest, pk: int) -> HttpResponse:
    """Kits made for the task first, then the apps this person may see."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.challenge(actor=actor, pk=pk)
    if not may_edit(actor, found):
        raise Forbidden(EDIT)
    error, status = "", 200
    if request.method == "POST":
        try:
            attach_app(
                actor=actor,
                challenge=pk,
                kit=request.POST.get("kit", "")[:64],
                app=request.POST.get("app", "")[:64],
            )
        except (Invalid, Conflict) as refused:
            error, status = str(refused), refused.status
        else:
            messages.success(request, _("道具を決めました。"))
            return redirect("challenges:challenge", pk)
    context = {
        "challenge": found,
        "kits": neighbours.kits(task_id=found.task_id),
        "apps": neighbours.apps(actor=actor, task_id=found.task_id),
        "may_install": actor.may("kits.install"),
        "error": error,
    }
    return render(request, "challenges/tools.html", context, status=status)
