"""Starting to measure, and deciding at the end of a round."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.challenges import queries
from tomoni.challenges.access import DECIDE, EDIT, may_edit
from tomoni.challenges.actions.run_round import decide_round, start_round
from tomoni.challenges.forms import DecideForm, RoundForm
from tomoni.challenges.models import Figure
from tomoni.challenges.views.challenge import decision_context, page_context
from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid
from tomoni.people.decorators import right_required


@right_required(EDIT)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the days of the first round. From then on the conditions stand."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.challenge(actor=actor, pk=pk)
    if not may_edit(actor, found):
        raise Forbidden(EDIT)
    status = 200
    if request.method == "POST":
        form, status = RoundForm(request.POST), 422
        if form.is_valid():
            days = form.cleaned_data
            try:
                start_round(actor=actor, challenge=pk, starts_on=days["starts_on"], ends_on=days["ends_on"])
            except Invalid as error:
                form.take(error)
            else:
                messages.success(request, _("計測を始めました。"))
                return redirect("challenges:challenge", pk)
    else:
        today = clock.today()
        form = RoundForm(
            initial={"starts_on": today, "ends_on": max(found.due_on, today + timedelta(days=28))}
        )
    labels = dict(Figure.choices)
    context = {
        "challenge": found,
        "form": form,
        "measures": [(labels[m.figure], m) for m in found.measures.all()],
    }
    return render(request, "challenges/start_round.html", context, status=status)


@right_required(DECIDE)
@require_POST
def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take the decision; with mistakes the challenge's page comes back with them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.challenge(actor=actor, pk=pk)
    context = page_context(actor, found)
    shown = decision_context(found, context)
    form = DecideForm(request.POST, unmeasured=shown.get("unmeasured", []))
    if form.is_valid():
        data = form.cleaned_data
        try:
            decide_round(
                actor=actor,
                challenge=pk,
                number=number,
                decision=data["decision"],
                reason=data["reason"],
                learned=data["learned"],
                next_ends_on=data["next_ends_on"],
                declared=form.declared(),
                declared_source=data["declared_source"],
            )
        except Invalid as error:
            form.take(error)
        except Conflict as error:
            messages.error(request, str(error))
            return redirect("challenges:challenge", pk)
        else:
            messages.success(request, _("決定を記録しました。"))
            return redirect("challenges:challenge", pk)
    context |= shown | {"decide_form": form}
    return render(request, "challenges/challenge.html", context, status=422)
