"""見直し: four questions, one after another, each saved by itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.challenges import neighbours, queries
from tomoni.challenges.access import EDIT, REVIEW
from tomoni.challenges.actions.answer_question import ORDER, answer_question
from tomoni.challenges.actions.close_review import close_review
from tomoni.challenges.forms import AnswerForm
from tomoni.challenges.models import Answer, Question, Review
from tomoni.challenges.rules import ECRS
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.people.decorators import staff_required


@dataclass(frozen=True, slots=True)
class Step:
    """A question as the page shows it: answered, open (with its form) or not yet."""

    code: str
    number: int
    title: str
    ask: str
    answer: Answer | None
    form: AnswerForm | None
    theirs: dict[str, Any] | None = None


def asks() -> dict[str, tuple[str, str]]:
    """Question → title and the sentence that asks it."""
    sentences = {
        Question.ELIMINATE: _("この仕事は、なくてもよいですか。やめたら、だれが何に困りますか。"),
        Question.COMBINE: _("ほかの仕事や課、時期と、まとめられますか。"),
        Question.REARRANGE: _("順番や担当、場所を変えると、待ちや手戻りが減りますか。"),
        Question.SIMPLIFY: _("書くこと、確かめること、判断を減らせますか。"),
        Question.AUTOMATE: _("残った作業のうち、アプリや仕組みに任せられるものはありますか。"),
    }
    return {question.value: (str(question.label), ask) for question, ask in sentences.items()}


@staff_required
def task(request: HttpRequest, task_id: str) -> HttpResponse:
    """Review a task of the survey."""
    return _page(request, task_id=task_id)


@staff_required
def procedure(request: HttpRequest, procedure_id: str) -> HttpResponse:
    """Review a procedure."""
    return _page(request, procedure_id=procedure_id)


def _page(request: HttpRequest, *, task_id: str = "", procedure_id: str = "") -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    subject = neighbours.subject(task_id=task_id, procedure_id=procedure_id)
    if subject is None:
        raise NotFound(_("この業務は見つかりませんでした。業務量調査が取り消されたのかもしれません。"))
    status, form, theirs = 200, None, None
    if request.method == "POST":
        done, form, theirs, status = _save(request, actor, subject)
        if done is not None:
            return done
    found = queries.open_review(task_id=task_id, procedure_id=procedure_id)
    asked = request.POST.get("question") or request.GET.get("step", "")
    context = _context(actor, subject, found, asked, form, theirs)
    context["before"] = queries.last_closed(task_id=task_id, procedure_id=procedure_id)
    return render(request, "challenges/review.html", context, status=status)


def _save(
    request: HttpRequest, actor: Actor, subject: neighbours.Subject
) -> tuple[HttpResponse | None, AnswerForm | None, dict[str, Any] | None, int]:
    """Store one answer; the redirect, or the form with its errors, the other's answer, and a status."""
    if not actor.may(REVIEW):
        raise Forbidden(REVIEW)
    question = request.POST.get("question", "")
    if question not in Question.values:
        raise NotFound()
    form = AnswerForm(request.POST, prefix=question)
    if not form.is_valid():
        return None, form, None, 422
    data = form.cleaned_data
    try:
        answer_question(
            actor=actor,
            task_id=subject.task_id,
            procedure_id=subject.procedure_id,
            question=question,
            revision=data["revision"] or 0,
            decision=data["decision"],
            reason=data["reason"],
            decider=data["decider"],
            low=data["low"] or Decimal(0),
            mid=data["mid"] or Decimal(0),
            high=data["high"] or Decimal(0),
        )
    except Invalid as error:
        form.take(error)
        return None, form, None, 422
    except Conflict as error:
        form.add_error(None, str(error))
        return None, form, dict(error.details), 409
    messages.success(request, _("保存しました。"))
    return redirect(f"{request.path}#next"), None, None, 302


def _context(
    actor: Actor,
    subject: neighbours.Subject,
    found: Review | None,
    asked: str,
    form: AnswerForm | None,
    theirs: dict[str, Any] | None,
) -> dict[str, Any]:
    answers = {a.question: a for a in found.answers.all()} if found else {}
    following = next((q.value for q in ORDER if q not in answers), "")
    current = asked if asked in answers or asked == following else following
    steps = []
    for number, q in enumerate(ORDER, start=1):
        title, ask = asks()[q]
        answer = answers.get(q)
        shown = None
        if q == current and actor.may(REVIEW):
            shown = form or AnswerForm(prefix=q.value, initial=_initial(answer))
        steps.append(Step(q.value, number, title, ask, answer, shown, theirs if q == current else None))
    four = set(ECRS) <= set(answers)
    stopping = answers.get(Question.ELIMINATE) is not None and answers[Question.ELIMINATE].decision == "do"
    return {
        "subject": subject,
        "review": found,
        "steps": steps,
        "following": following,
        "four": four,
        "stopping": stopping,
        "expected": queries.expected(answers.values(), subject.hours),
        "answered": len(set(ECRS) & set(answers)),
        "may_challenge": actor.may(EDIT) and found is not None and (four or stopping),
        "may_review": actor.may(REVIEW),
    }


def _initial(answer: Answer | None) -> dict[str, Any]:
    """An answered question is edited from what it says."""
    if answer is None:
        return {"revision": 0}
    names = ("decision", "reason", "low", "mid", "high", "decider", "revision")
    return {name: getattr(answer, name) for name in names}


@staff_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a review without a challenge."""
    found = close_review(actor=request.actor, review=pk)  # type: ignore[attr-defined]
    messages.success(request, _("見直しを終えました。取組にしないことも、結果の1つです。"))
    return redirect(reverse("challenges:review", args=[found.pk]))


@staff_required
def closed(request: HttpRequest, pk: int) -> HttpResponse:
    """A review that is over, to read; an open one leads to its page."""
    found = queries.review(actor=request.actor, pk=pk)  # type: ignore[attr-defined]
    args = [found.task_id] if found.task_id else [found.procedure_id]
    again = reverse("challenges:review_task" if found.task_id else "challenges:review_procedure", args=args)
    if found.state == Review.State.OPEN:
        return redirect(again)
    titles = asks()
    order = [q.value for q in ORDER]
    answers = sorted(found.answers.all(), key=lambda a: order.index(a.question))
    context = {
        "review": found,
        "answers": [(titles[a.question][0], a) for a in answers],
        "again": again,
        "challenge": getattr(found, "challenge", None),
        "expected": queries.expected(answers, found.hours),
    }
    return render(request, "challenges/review_closed.html", context)
