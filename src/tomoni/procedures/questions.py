"""A form's questions joined with the app's fields: what is asked, read from a POST, and shown again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tomoni.core.actor import ANONYMOUS
from tomoni.procedures.models import Form, Question
from tomoni.procedures.visibility import pending, visible
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
    def shown_label(self) -> str:
        """The field's short name in the reader's language."""
        english = (self.question.en or {}).get("label") if get_language() == "en" else ""
        return str(english or self.field.label)

    @property
    def shown_purpose(self) -> str:
        """What the answer is used for, in the reader's language: in English why it is asked, if that is translated."""
        if get_language() == "en" and (self.question.en or {}).get("why"):
            return self.question.shown_why
        return self.field.purpose or self.question.shown_why

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


def state_of(question: Question) -> dict[str, Any]:
    """Everything of a question that staff can change: what a stale edit is noticed by."""
    names = ("text", "help", "why", "required", "visible_field", "visible_op", "visible_value", "en")
    return {name: getattr(question, name) for name in names}


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


def longest_way(form: Form, answers: Mapping[str, Any]) -> int:
    """How many questions there are at most, given the answers so far: it never grows while somebody answers."""
    return len(pending(all_questions(form), answers))


def when_asked(asked: Asked, among: Sequence[Asked]) -> str:
    """In words for staff when a question is asked and whether it must be answered then; "" for one that always is."""
    rule = next((a for a in among if a.field_code == asked.visible_field), None)
    if rule is None:
        return ""
    said = {"field": rule.field.label, "value": asked.visible_value}
    sentence = {
        "is": _("「%(field)s」が「%(value)s」のときに聞きます。"),
        "is_not": _("「%(field)s」が「%(value)s」ではないときに聞きます。"),
    }.get(asked.visible_op, _("「%(field)s」に答えがあるときに聞きます。")) % said
    return sentence + (_("そのときは必須です。") if asked.field.required else "")


def verify_kind(form: Form) -> str:
    """`birth`, `telephone` or empty: what the status page asks besides the number."""
    for field in askable_fields(form.app_code):
        if field.code == form.verify_field:
            return "birth" if field.type == "date" else "telephone"
    return ""


def is_telephone(field: FieldSpec) -> bool:
    """Whether a field holds a telephone number: by its format, else by its name."""
    said = "電話" in field.label or "携帯" in field.label
    return field.type == "text" and field.options.get("format", "phone" if said else "") == "phone"


def is_birth_date(field: FieldSpec) -> bool:
    """Whether a field holds somebody's birth date."""
    return field.type == "date" and ("生年月日" in field.label or "誕生日" in field.label)


def second_question(form: Form) -> Asked | None:
    """The question of the other kind that opens the status page too: a telephone number beside a birth date."""
    fits = {"birth": is_telephone, "telephone": is_birth_date}.get(verify_kind(form))
    if fits is None:
        return None
    return next((a for a in all_questions(form) if fits(a.field) and a.field_code != form.verify_field), None)


def proof_words(form: Form, *, second: bool) -> str:
    """The name of the answer that opens the status page; `second`: whether the other one was given as well."""
    other = second_question(form) if second else None
    first = next((a for a in all_questions(form) if a.field_code == form.verify_field), None)
    if first is None:
        return _("生年月日か電話番号")
    if other is None:
        return first.shown_label
    return _("%(first)sか%(second)s") % {"first": first.shown_label, "second": other.shown_label}


def read_answer(field: FieldSpec, data: QueryDict) -> Any:
    """The raw answer of one question in a POST, as plain JSON; files are read by the view, never from here."""
    if field.type in MANY:
        return [text[:MAX_TEXT] for text in data.getlist(field.code)[:MAX_PARTS]]
    if field.type in PARTS:
        parts = {part: data.get(f"{field.code}.{part}", "").strip()[:300] for part in PARTS[field.type]}
        return parts if any(parts.values()) else ""
    return data.get(field.code, "").replace("\r\n", "\n").replace("\x00", "")[: MAX_TEXT + 1]


def texts_of(answer: Any) -> list[str]:
    """Every text that somebody may have typed in a raw answer; the moment of a slot is none."""
    if isinstance(answer, Mapping):
        return [text for part in answer.values() for text in texts_of(part)]
    if isinstance(answer, list | tuple):
        return [text for part in answer for text in texts_of(part)]
    if not isinstance(answer, str):
        return []
    try:
        datetime.fromisoformat(answer)
    except ValueError:
        return [answer]
    return []


def missing_message(asked: Asked) -> str:
    """What to say where an answer must be given: choose, attach or write."""
    label = {"label": asked.shown_label}
    if asked.field.type in ("choice", "multichoice", "slot"):
        return _("%(label)sを選んでください。") % label
    if asked.field.type == "file":
        return _("%(label)sのファイルを付けてください。") % label
    return _("%(label)sを入力してください。") % label


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
