"""A challenge: its page, its form, its calculation, the report of how freed time was used."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.challenges import compare, measuring, neighbours, picture, queries, story
from tomoni.challenges.access import DECIDE, EDIT, may_edit
from tomoni.challenges.actions.report_uses import report_uses
from tomoni.challenges.actions.write_challenge import create_challenge, current, edit_challenge
from tomoni.challenges.forms import ChallengeForm, DecideForm, UsesForm, initial_of
from tomoni.challenges.models import Answer, Challenge, Figure, Question, Review
from tomoni.challenges.status import phases, status
from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid
from tomoni.people import facade as people
from tomoni.people.decorators import right_required, staff_required
from tomoni.ui.templatetags.ui import day


def page_context(actor: Actor, found: Challenge, *, by_month: bool = False) -> dict[str, Any]:
    """Everything the challenge's page and its sub-pages share."""
    today = clock.today()
    rounds = list(found.rounds.all())
    measures = list(found.measures.all())
    ending = getattr(found, "ending", None)
    subject = neighbours.subject(task_id=found.task_id, procedure_id=found.procedure_id)
    drawn = picture.picture(found, rounds, measures, subject, by_month=by_month)
    tool = neighbours.kit(found.kit_code)
    name = neighbours.app_name(found.app_code) if found.app_code else ""
    this = queries.current_round(rounds)
    words = {"day": day, "tool": _("アプリ「%(app)s」") % {"app": name} if name else ""}
    return {
        "challenge": found,
        "rounds": rounds,
        "round": this,
        "decided": [r for r in rounds if r.decision],
        "measures": measures,
        "ending": ending,
        "ended": ending is not None and ending.end_on < today,
        "subject": subject,
        "status": status(found, today, ending=ending),
        "phases": phases(found, rounds, found.review, words),
        "section": people.department_names().get(found.department_id or 0, ""),
        "owner": people.display_names([found.owner_id] if found.owner_id else []).get(
            found.owner_id or 0, ""
        ),
        "picture": drawn,
        "uses": picture.uses(found, drawn.saving),
        "kit": tool,
        "app_name": name,
        "app_visible": bool(name) and neighbours.may_see_app(actor=actor, code=found.app_code),
        "form": neighbours.form(actor=actor, app_code=found.app_code),
        "by_month": by_month,
        "may_edit": queries.editable(actor, found),
        "may_decide": actor.may(DECIDE),
        "now": clock.now(),
    }


@staff_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a challenge."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.challenge(actor=actor, pk=pk)
    context = page_context(actor, found, by_month=request.GET.get("by") == "month")
    context |= decision_context(found, context)
    if found.task_id:
        since = context["rounds"][0].starts_on if context["rounds"] else None
        context["answers"] = neighbours.answers(task_id=found.task_id, since=since, actor=actor)
    happened = list(found.happenings.all()[:30])
    context["story"] = [(h.at, story.words(h.kind, h.data)) for h in happened]
    context["shown_score"] = next((m for m in context["measures"] if m.figure == Figure.SCORE), None)
    return render(request, "challenges/challenge.html", context)


def decision_context(
    found: Challenge, context: dict[str, Any], form: DecideForm | None = None
) -> dict[str, Any]:
    """The form 「次を決める」 with the guideline of the present round."""
    this = context["round"]
    if this is None or this.starts_on > clock.today() or found.kind == Challenge.Kind.STOP:
        return {}
    until = min(this.ends_on, clock.today())
    measured = measuring.measure(found, this.starts_on, until + timedelta(days=1))
    guide = measuring.guideline(found, measured, {})
    labels = dict(Figure.choices)
    unmeasured = [
        (j.condition.figure, str(labels[j.condition.figure])) for j in guide.judged if j.verdict == "unknown"
    ]
    return {
        "decide_form": form or DecideForm(unmeasured=unmeasured),
        "unmeasured": unmeasured,
        "round_open": this.ends_on > clock.today(),
        "guide": guide,
        "judged": [(labels[j.condition.figure], j) for j in guide.judged],
        "measured": measured,
    }


@staff_required
def calculation(request: HttpRequest, pk: int) -> HttpResponse:
    """Conditions, formula and rules of counting, in words and numbers."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.challenge(actor=actor, pk=pk)
    context = page_context(actor, found)
    context |= decision_context(found, context)
    return render(request, "challenges/calculation.html", context)


@right_required(EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Make a challenge: from a review, from a task or procedure, or from nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = request.GET.get("review", "")
    source = (
        queries.review(actor=actor, pk=int(asked))
        if asked.isascii() and asked.isdigit() and len(asked) < 18
        else None
    )
    task_id = source.task_id if source else request.GET.get("task", "").replace("\x00", "")[:64]
    procedure_id = (
        source.procedure_id if source else request.GET.get("procedure", "").replace("\x00", "")[:64]
    )
    subject = neighbours.subject(task_id=task_id, procedure_id=procedure_id)
    if request.method == "POST":
        form = ChallengeForm(request.POST)
        key = request.POST.get("key", "")
        if form.is_valid():
            try:
                made = create_challenge(
                    actor=actor,
                    details=form.details(),
                    key=key,
                    review=source.pk if source else None,
                    task_id=task_id if subject else "",
                    procedure_id=procedure_id if subject else "",
                )
            except Invalid as error:
                form.take(error)
            else:
                messages.success(request, _("取組をつくりました。"))
                return redirect("challenges:challenge", made.pk)
        status_code = 422
    else:
        form, key, status_code = (
            ChallengeForm(initial=_first(actor, source, subject)),
            secrets.token_hex(16),
            200,
        )
    context = {"form": form, "key": key, "review": source, "subject": subject, "new": True}
    return render(request, "challenges/form.html", context, status=status_code)


def _first(actor: Actor, source: Review | None, subject: neighbours.Subject | None) -> dict[str, Any]:
    """What can be filled in already: from the review's answers and the survey."""
    values: dict[str, Any] = {
        "owner_id": actor.id,
        "department_id": actor.home_department,
        "kind": Challenge.Kind.BUILD,
    }
    if subject is not None and subject.department_id:
        values["department_id"] = subject.department_id
    if subject is not None and subject.cases:
        values |= {"figure": Figure.ACTIVE, "baseline": round(subject.minutes, 1)}
    if source is None:
        return values
    doing = [a for a in source.answers.all() if a.decision == Answer.Decision.DO]
    codes = {a.question for a in doing}
    if Question.ELIMINATE in codes:
        values |= {
            "kind": Challenge.Kind.STOP,
            "title": _("「%(name)s」をやめる") % {"name": source.subject[:180]},
        }
        values |= {"figure": Figure.GONE, "baseline": source.hours, "target": source.hours}
    elif codes == {Question.REARRANGE}:
        values |= {
            "kind": Challenge.Kind.REARRANGE,
            "title": _("「%(name)s」の順を変える") % {"name": source.subject[:180]},
        }
    else:
        values["title"] = _("「%(name)s」を簡単にする") % {"name": source.subject[:180]}
    values["hypothesis"] = "\n".join(a.reason for a in doing)
    return values


@right_required(EDIT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a challenge says."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.challenge(actor=actor, pk=pk)
    if not may_edit(actor, found):
        raise Forbidden(EDIT)
    status_code, conflict = 200, None
    if request.method == "POST":
        form, status_code = ChallengeForm(request.POST), 422
        if form.is_valid():
            try:
                edit_challenge(
                    actor=actor,
                    challenge=pk,
                    details=form.details(),
                    revision=form.cleaned_data["revision"] or 0,
                )
            except Invalid as error:
                form.take(error)
            except Conflict as error:
                status_code, conflict = 409, error
                form = form.again(error.details["revision"])
            else:
                messages.success(request, _("保存しました。"))
                return redirect("challenges:challenge", pk)
    else:
        form = ChallengeForm(initial=initial_of(current(found)) | {"revision": found.revision})
    context = {
        "form": form,
        "challenge": found,
        "conflict": conflict,
        "differing": compare.differing(conflict) if conflict else [],
        "fixed": found.rounds.exists(),
        "subject": neighbours.subject(task_id=found.task_id, procedure_id=found.procedure_id),
    }
    return render(request, "challenges/form.html", context, status=status_code)


@right_required(EDIT)
def uses(request: HttpRequest, pk: int) -> HttpResponse:
    """Report how the freed time was used in a month."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.challenge(actor=actor, pk=pk)
    if not may_edit(actor, found):
        raise Forbidden(EDIT)
    rows = list(found.uses.prefetch_related("reports"))
    status_code = 200
    if request.method == "POST":
        form, status_code = UsesForm(request.POST, uses=rows), 422
        if form.is_valid():
            try:
                report_uses(actor=actor, challenge=pk, month=form.cleaned_data["month"], hours=form.hours())
            except Invalid as error:
                form.take(error)
            else:
                messages.success(request, _("報告しました。"))
                return redirect("challenges:challenge", pk)
    else:
        form = UsesForm(uses=rows, initial={"month": clock.today().replace(day=1)})
    reports = sorted(
        ((r.month, u, r.hours) for u in rows for r in u.reports.all()),
        key=lambda r: (r[0], -r[1].pk),
        reverse=True,
    )
    context = {"challenge": found, "form": form, "reports": reports[:48]}
    return render(request, "challenges/uses.html", context, status=status_code)
