"""Add, change, order and remove a form's questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit, stale
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.procedures.actions.create_form import default_text
from tomoni.procedures.actions.update_form import locked
from tomoni.procedures.models import Form, Question
from tomoni.procedures.questions import askable_fields, state_of
from tomoni.procedures.readiness import keep_ready

EDITABLE = ("text", "help", "why", "required", "visible_field", "visible_op", "visible_value", "en")


@action("procedures.add_question")
def add_question(*, actor: Actor, form: Form, field: str) -> Question:
    """Ask one more field, at the end."""
    held = locked(actor, form)
    spec = next((f for f in askable_fields(held.app_code) if f.code == field), None)
    if spec is None or held.questions.filter(field_code=field).exists():
        raise Invalid({"field": [_("この項目は足せません。")]})
    last = held.questions.order_by("-position").first()
    question = Question.objects.create(
        form=held,
        field_code=field,
        position=last.position + 1 if last else 0,
        text=default_text(spec.label),
        help=spec.help,
        why=spec.purpose,
    )
    _done(actor, held, "add_question", {"field": field})
    return question


@action("procedures.update_question")
def update_question(
    *, actor: Actor, question: Question, changes: Mapping[str, Any], opened_on: str | None = None
) -> Question:
    """Change the texts, the required override and the rule of a question. A rule may only look at an earlier one.

    `opened_on`: the mark (`core.stale`) of what the page was opened on; `Conflict` when the question is another now.
    """
    held = locked(actor, question.form)
    question = held.questions.filter(pk=question.pk).first()  # type: ignore[assignment]
    if question is None:
        raise NotFound
    present = state_of(question)
    stale.check(opened_on, present, changes, {n: v for n, v in present.items() if n in changes})
    wanted = changes.get("visible_field", "")
    earlier = set(held.questions.filter(position__lt=question.position).values_list("field_code", flat=True))
    if wanted and wanted not in earlier:
        raise Invalid({"visible_field": [_("前にある質問から選んでください。")]})
    for name in EDITABLE:
        if name in changes:
            setattr(question, name, changes[name])
    question.save()
    _done(actor, held, "update_question", {"field": question.field_code})
    return question


@action("procedures.move_question")
def move_question(*, actor: Actor, form: Form, question_id: int, by: int) -> None:
    """Move a question up (`by=-1`) or down (`by=1`)."""
    held = locked(actor, form)
    order = list(held.questions.all())
    at = next((n for n, q in enumerate(order) if q.pk == question_id), None)
    if at is None:
        raise NotFound
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    _renumber(held, order)
    _done(actor, held, "move_question", {"field": order[to].field_code})


@action("procedures.remove_question")
def remove_question(*, actor: Actor, form: Form, question_id: int) -> None:
    """Ask a field no longer. Rules that looked at it are dropped; the field itself stays in the app."""
    held = locked(actor, form)
    question = held.questions.filter(pk=question_id).first()
    if question is None:
        raise NotFound
    if question.field_code == held.verify_field:
        raise Invalid(_("この質問は、申し込んだ人の確認に使います。先に設定で、ほかの項目を選んでください。"))
    code = question.field_code
    held.questions.filter(visible_field=code).update(visible_field="", visible_value="")
    question.delete()
    _renumber(held, list(held.questions.all()))
    _done(actor, held, "remove_question", {"field": code})


def _renumber(form: Form, order: list[Question]) -> None:
    """Write the order; rules that would now look ahead are dropped, since they could never hold."""
    seen: set[str] = set()
    for position, question in enumerate(order):
        question.position = position
        if question.visible_field and question.visible_field not in seen:
            question.visible_field = question.visible_value = ""
        seen.add(question.field_code)
    Question.objects.bulk_update(order, ["position", "visible_field", "visible_value"])


def _done(actor: Actor, form: Form, verb: str, fields: Mapping[str, str]) -> None:
    keep_ready(form)
    form.revision += 1
    form.save(update_fields=["revision", "updated_at"])
    audit.record(actor=actor, verb=f"procedures.{verb}", target=f"form:{form.pk}", fields=dict(fields))
