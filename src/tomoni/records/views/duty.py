"""The page 代理: who acts for whom, from when to when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core import calendar, clock
from tomoni.core.errors import Invalid
from tomoni.people.decorators import staff_required
from tomoni.records import facade
from tomoni.records.duty import facade as duties
from tomoni.records.duty.actions.delegate import MANAGE
from tomoni.records.forms import Problem
from tomoni.records.views.common import actor_of
from tomoni.records.views.rights import person_of


@staff_required
def duty(request: HttpRequest) -> HttpResponse:
    """`/build/duty/`: the delegations that concern me; a POST names a deputy."""
    actor = actor_of(request)
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            _delegate(request)
            messages.success(request, _("代理を決めました。"))
            return redirect("records:duty")
        except Invalid as error:
            problems = [Problem("", "", str(t)) for ts in error.errors.values() for t in ts]
    apps = facade.apps(actor=actor)
    names = {a.code: a.name for a in apps}
    rows = [
        {"item": d, "apps": "、".join(names.get(c, c) for c in d.apps)} for d in duties.delegations(actor)
    ]
    context = {
        "rows": rows,
        "apps": apps,
        "others": actor.may(MANAGE) or bool(actor.heads),
        "posted": request.POST,
        "chosen": request.POST.getlist("apps"),
        "starts": request.POST.get("starts", clock.today().isoformat()),
        "problems": problems,
        "now": clock.now(),
    }
    return render(request, "records/duty.html", context, status=422 if problems else 200)


def _delegate(request: HttpRequest) -> None:
    actor, post = actor_of(request), request.POST
    errors: dict[str, list[str]] = {}
    try:
        starts = calendar.parse_date(post.get("starts", "")) if post.get("starts") else clock.today()
        until = calendar.parse_date(post["until"]) if post.get("until") else None
    except (Invalid, ValueError):
        errors["starts"] = [_("日付を読めません。例: 令和8年4月1日、2026-04-01")]
    if errors:
        raise Invalid(errors)
    person = post.get("user", "").strip()[:100]
    duties.delegate(
        actor=actor,
        user=person_of(person, "user") if person else actor.id or 0,
        deputy=person_of(post.get("deputy", "").strip()[:100], "deputy"),
        starts=starts,
        until=until,
        apps=post.getlist("apps")[:200],
        reason=post.get("reason", "")[:200],
    )


@staff_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """「終える」."""
    duties.end_delegation(actor=actor_of(request), delegation=pk)
    messages.success(request, _("代理を終えました。"))
    return redirect("records:duty")
