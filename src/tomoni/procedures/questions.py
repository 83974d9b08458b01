"""A form's questions joined with the app's fields: what is asked, read from a POST, and shown again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from tomoni.core.actor import ANONYMOUS
from tomoni.procedures.models import Form, Question
from tomoni.procedures.visibility import visible
from tomoni.records import facade as records
from tomoni.records.schema.spec import FieldSpec

# Residents are never asked for staff or departments: the choice would list them to everybody.
ASKABLE = (
    "text",
    "multiline",
    "number",
    "choice",
    "radio",
    "multichoice",
    "checkbox",
    "date",
    "time",
    "datetime",
    "link",
    "address",
    "consent",
    "location",
    "file",
    "slot",
)
MANY = frozenset({"multichoice", "checkbox"})
PARTS = {
    "location": ("lat", "lon"),
    "address": ("postal", "prefecture", "city", "town", "block", "building"),
}
MAX_TEXT = 20_000
MAX_PARTS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its field; `field.required` already follows the question's override."""

    question: Question
    field: FieldSpec

    @property
    def field_code(self) -> str:
        """The field's code (also what `visibility.Rule` asks for)."""
        return self.question.field_code

    @property
    def visible_field(self) -> str:
        """Part of the visibility rule."""
        return self.question.visible_field

    @property
    def visible_op(self) -> str:
        """Part of the visibility rule."""
        return self.question.visible_op

    @property
    def visible_value(self) -> str:
        """Part of the visibility rule."""
        return self.question.visible_value


def askable_fields(app_code: str) -> list[FieldSpec]:
    """The app's fields that residents can be asked, in the app's order."""
    return [f for f in records.schema(code=app_code).fields if not f.deleted and f.type in ASKABLE]


def all_questions(form: Form) -> list[Asked]:
    """Every question of the form whose field still exists, in order."""
    fields = {f.code: f for f in askable_fields(form.app_code)}
    joined = []
    for question in form.questions.all():
        field = fields.get(question.field_code)
        if field is None:
            continue
        must = field.required if question.required is None else question.required
        if question.field_code == form.verify_field:
            must = True
        joined.append(Asked(question, replace(field, required=must)))
    return joined


def asked_now(form: Form, answers: Mapping[str, Any]) -> list[Asked]:
    """The questions asked, given the answers so far: by the form's own rules, and by the fields' conditions (表示条件)."""
    every = all_questions(form)
    asked = visible(every, answers)
    if not any(a.field.visible_if for a in asked):
        return asked
    given = {a.field_code: answers.get(a.field_code) for a in asked}
    shown = records.shown_fields(actor=ANONYMOUS, app=form.app_code, answers=given)
    return visible([a for a in every if a.field_code in shown], answers)


def verify_kind(form: Form) -> str:
    """`birth`, `telephone` or empty: what the status page asks besides the number."""
    for field in askable_fields(form.app_code):
        if field.code == form.verify_field:
            return "birth" if field.type == "date" else "telephone"
    return ""


def read_answer(field: FieldSpec, data: QueryDict) -> Any:
    """The raw answer of one question in a POST, as plain JSON; files are read by the view, never from here."""
    if field.type in MANY:
        return [text[:MAX_TEXT] for text in data.getlist(field.code)[:MAX_PARTS]]
    if field.type in PARTS:
        parts = {part: data.get(f"{field.code}.{part}", "").strip()[:300] for part in PARTS[field.type]}
        return parts if any(parts.values()) else ""
    return data.get(field.code, "").replace("\r\n", "\n").replace("\x00", "")[: MAX_TEXT + 1]


def kept_files(field: FieldSpec, data: QueryDict, held: Sequence[int]) -> list[int]:
    """The files of the draft that the person keeps: only ones the draft already holds count."""
    wanted = set(data.getlist(field.code)[:MAX_PARTS])
    return [pk for pk in held if str(pk) in wanted]


def empty(answer: Any) -> bool:
    """Whether nothing was answered."""
    return (
        answer is None
        or answer == ""
        or answer == []
        or answer == {}
        or (isinstance(answer, str) and not answer.strip())
    )
