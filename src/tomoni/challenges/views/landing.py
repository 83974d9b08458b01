"""The room's landing page and the list of challenges."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.challenges import forms, neighbours, queries
from tomoni.challenges.access import EDIT, REVIEW
from tomoni.challenges.models import Challenge
from tomoni.core.actor import Actor
from tomoni.people.decorators import staff_required


def _labels() -> dict[str, str]:
    return {"wait": _("決定を待つ"), "prepare": _("準備中"), "run": _("進んでいる"), "ended": _("終わった")}


@staff_required
def home(request: HttpRequest) -> HttpResponse:
    """えらぶ: what to review next, reviews on the way, challenges by state."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    labels = _labels()
    groups = [(state, labels[state], page) for state, page in queries.groups(actor=actor) if page.rows]
    context = {
        "candidates": neighbours.candidates(),
        "reviews": queries.open_reviews(actor=actor),
        "groups": groups,
        "may_review": actor.may(REVIEW),
        "may_edit": actor.may(EDIT),
    }
    return render(request, "challenges/home.html", context)


@staff_required
def listing(request: HttpRequest) -> HttpResponse:
    """All challenges with filters in the address."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    get = request.GET
    section = get.get("section", "")
    filters = queries.Filters(
        state=get.get("state", "") if get.get("state") in queries.STATES else "",
        kind=get.get("kind", "") if get.get("kind") in Challenge.Kind.values else "",
        section=int(section) if section.isascii() and section.isdigit() and len(section) < 10 else None,
        mine=get.get("mine") == "1",
        q=get.get("q", "").replace("\x00", "").strip()[:100],
    )
    after = get.get("after", "")
    page = queries.challenges(
        actor=actor,
        filters=filters,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 18 else None,
    )
    context = {
        "page": page,
        "filters": filters,
        "states": _labels().items(),
        "kinds": Challenge.Kind.choices,
        "sections": forms.department_choices(),
        "narrowed": filters != queries.Filters(),
        "may_edit": actor.may(EDIT),
    }
    return render(request, "challenges/list.html", context)


@staff_required
def for_task(request: HttpRequest, task_id: str) -> HttpResponse:
    """To the challenge of a task; without one, to its review."""
    found = queries.for_task(task_id)
    if found is not None:
        return redirect("challenges:challenge", found.pk)
    return redirect(reverse("challenges:review_task", args=[task_id]))
