"""Staff: which questions, in which order, in which words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.procedures.actions.edit_questions import (
    add_question,
    move_question,
    remove_question,
    update_question,
)
from tomoni.procedures.forms import QuestionForm
from tomoni.procedures.models import Form
from tomoni.procedures.questions import Asked, all_questions
from tomoni.procedures.views.forms import actor_of, managed
from tomoni.records import facade as records


@require_POST
@staff_required
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Add, move or remove a question."""
    form, actor = managed(request, slug), actor_of(request)
    back = reverse("procedures:staff_form", args=[slug]) + "#questions"
    verb, _sep, number = request.POST.get("do", "").partition("-")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    try:
        if verb == "add":
            made = add_question(actor=actor, form=form, field=request.POST.get("field", ""))
            return HttpResponseRedirect(reverse("procedures:staff_question", args=[slug, made.pk]))
        if verb in ("up", "down"):
            move_question(actor=actor, form=form, question_id=pk, by=-1 if verb == "up" else 1)
        elif verb == "remove":
            remove_question(actor=actor, form=form, question_id=pk)
            messages.success(request, _("質問を外しました。項目とこれまでの答えは、アプリに残っています。"))
    except Invalid as error:
        for texts in error.errors.values():
            for text in texts:
                messages.error(request, text)
    return HttpResponseRedirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One question: text, help, why, must, when to ask."""
    form = managed(request, slug)
    asked, earlier = _find(form, pk)
    requires = records.schema(code=form.app_code).field(asked.field_code).required
    edited = QuestionForm(request.POST or None, asked=asked, earlier=earlier, app_requires=requires)
    if request.method == "POST" and edited.is_valid():
        try:
            update_question(
                actor=actor_of(request),
                question=asked.question,
                changes=edited.changes(),
                opened_on=edited.cleaned_data["opened_on"] or None,
            )
            messages.success(request, _("質問を保存しました。"))
            return HttpResponseRedirect(reverse("procedures:staff_form", args=[slug]) + "#questions")
        except Conflict as error:
            return _conflict(request, form, asked, edited, error)
        except Invalid as error:
            for name, texts in error.errors.items():
                for text in texts:
                    edited.add_error(name if name in edited.fields else None, str(text))
    context = {
        "form": form,
        "asked": asked,
        "edited": edited,
        "verifies": asked.field_code == form.verify_field,
    }
    return render(
        request, "procedures/staff/question_edit.html", context, status=422 if edited.errors else 200
    )


def _conflict(
    request: HttpRequest, form: Form, asked: Asked, edited: QuestionForm, error: Conflict
) -> HttpResponse:
    """409: my texts in the form, and each one that differs from what somebody else saved meanwhile."""
    mine, theirs = error.details["mine"], error.details["theirs"]
    # Saving again replaces the other version, knowingly.
    data = request.POST.copy()
    data["opened_on"] = error.details["revision"]
    edited.data = data
    context = {
        "form": form,
        "asked": asked,
        "edited": edited,
        "verifies": asked.field_code == form.verify_field,
        "conflict": True,
        "differing": [
            (
                edited.fields[name].label if name in edited.fields else _("英語の言葉"),
                _shown(mine[name]),
                _shown(theirs[name]),
            )
            for name in theirs
            if mine[name] != theirs[name]
        ],
    }
    return render(request, "procedures/staff/question_edit.html", context, status=409)


def _shown(value: Any) -> str:
    """A part of a question as the table of differences shows it."""
    if isinstance(value, dict):
        return "\n".join(
            f"{name}: {text}"
            for key, part in value.items()
            for name, text in (part.items() if isinstance(part, dict) else [(key, part)])
        )
    return {None: _("アプリの項目と同じ"), True: _("必須"), False: _("任意")}.get(value) or str(value)


def _find(form: Form, pk: int) -> tuple[Asked, list[Asked]]:
    """The question and those before it."""
    asked = all_questions(form)
    for n, a in enumerate(asked):
        if a.question.pk == pk:
            return a, asked[:n]
    raise NotFound
