"""やめる: the plan, the decision, telling, the printable announcement, the check that the hours are gone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.challenges import neighbours, queries
from tomoni.challenges.access import DECIDE, EDIT, may_edit
from tomoni.challenges.actions.run_ending import check_ending, decide_ending, plan_ending, tell_ending
from tomoni.challenges.forms import CheckForm, DecideEndingForm, EndingForm
from tomoni.challenges.models import Answer, Challenge, Ending, Question
from tomoni.challenges.remaining import remaining
from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.people import facade as people
from tomoni.people.decorators import right_required, staff_required


def _own(request: HttpRequest, pk: int) -> Challenge:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.challenge(actor=actor, pk=pk)
    if not may_edit(actor, found):
        raise Forbidden(EDIT)
    if found.kind != Challenge.Kind.STOP:
        raise NotFound()
    return found


@right_required(EDIT)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Last day, notice, whom to tell, who can decide."""
    found = _own(request, pk)
    ending = getattr(found, "ending", None)
    status = 200
    if request.method == "POST":
        form, status = EndingForm(request.POST), 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                plan_ending(
                    actor=request.actor,  # type: ignore[attr-defined]
                    challenge=pk,
                    end_on=data["end_on"],
                    decider=data["decider"],
                    notice=data["notice"],
                    audience=[int(d) for d in data["audience"]],
                )
            except Invalid as error:
                form.take(error)
            else:
                messages.success(request, _("保存しました。"))
                return redirect("challenges:challenge", pk)
    else:
        form = EndingForm(initial=_first(found, ending))
    return render(
        request, "challenges/ending.html", {"challenge": found, "form": form, "ending": ending}, status=status
    )


def _first(found: Challenge, ending: Ending | None) -> dict[str, Any]:
    if ending is not None:
        names = ("end_on", "decider", "notice", "audience")
        return {name: getattr(ending, name) for name in names}
    values: dict[str, Any] = {"end_on": found.due_on, "audience": [str(found.department_id)]}
    if found.review is not None:
        answer = found.review.answers.filter(question=Question.ELIMINATE).first()
        values["decider"] = answer.decider if answer else ""
    return values


@right_required(DECIDE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that those who can decide have decided."""
    form = DecideEndingForm(request.POST)
    if form.is_valid():
        try:
            decide_ending(actor=request.actor, challenge=pk, note=form.cleaned_data["note"])  # type: ignore[attr-defined]
            messages.success(request, _("決定を記録しました。"))
        except Invalid as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("決定の記録を書いてください。"))
    return redirect("challenges:challenge", pk)


@right_required(EDIT)
@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the notice inside the program."""
    try:
        ending = tell_ending(actor=request.actor, challenge=pk)  # type: ignore[attr-defined]
        messages.success(request, _("%(n)s人に知らせました。") % {"n": ending.told})
    except Invalid as error:
        messages.error(request, str(error))
    return redirect("challenges:challenge", pk)


@staff_required
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """The announcement on one sheet of paper."""
    found = queries.challenge(actor=request.actor, pk=pk)  # type: ignore[attr-defined]
    ending = getattr(found, "ending", None)
    if ending is None:
        raise NotFound()
    names = people.department_names()
    context = {
        "challenge": found,
        "ending": ending,
        "section": names.get(found.department_id or 0, ""),
        "audience": [names[d] for d in ending.audience if d in names],
        "today": clock.today(),
    }
    return render(request, "challenges/announcement.html", context)


@right_required(EDIT)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Three months later: are the hours gone?"""
    found = _own(request, pk)
    ending = getattr(found, "ending", None)
    if ending is None:
        raise NotFound()
    subject = neighbours.subject(task_id=found.task_id)
    known = remaining(actor=request.actor, challenge=found, ending=ending)  # type: ignore[attr-defined]
    status = 200
    if request.method == "POST":
        form, status = CheckForm(request.POST), 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                check_ending(
                    actor=request.actor,  # type: ignore[attr-defined]
                    challenge=pk,
                    method=data["method"],
                    hours_after=data["hours_after"],
                    reason=data["check_reason"],
                )
            except Invalid as error:
                form.take(error)
            else:
                messages.success(request, _("確かめた結果を記録しました。"))
                return redirect("challenges:challenge", pk)
    else:
        form = CheckForm(
            initial={"method": known.method, "hours_after": known.hours, "check_reason": known.words}
            if known
            else None
        )
    deciders = dict(Answer.Decider.choices)
    context = {
        "challenge": found,
        "form": form,
        "ending": ending,
        "subject": subject,
        "known": known,
        "decider": deciders.get(ending.decider, ""),
        "early": clock.today() < ending.check_on,
    }
    return render(request, "challenges/check.html", context, status=status)
