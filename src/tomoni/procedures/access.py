"""What the room asks of the records engine about single answers and rights, in one place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import calendar, clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.core.models import StoredFile
from tomoni.procedures.models import Form
from tomoni.procedures.questions import ASKABLE, Asked, all_questions, empty, is_birth_date, missing_message
from tomoni.records import facade as records
from tomoni.records.schema.spec import FieldSpec

MAX_FILE_BYTES = 10 * 1024 * 1024
FILE_KINDS = frozenset({"image", "pdf"})


def applicant(form: Form) -> Actor:
    """The resident who fills this form: nobody in particular, allowed only what the app allows its form."""
    return Actor(kind="anonymous", roles=frozenset({f"form:{form.slug}"}))


def form_may_add(form: Form) -> bool:
    """Whether the app lets resident forms add records."""
    rights = records.schema(code=form.app_code).rights
    return any(r.who in ("form", f"form:{form.slug}") and "add" in r.verbs for r in rights)


def stored(field: FieldSpec) -> bool:
    """Whether the field is filled by people (not by the engine)."""
    return field.type in ASKABLE or field.type in ("user", "department")


def check_answer(form: Form, asked: Asked, raw: Any) -> list[Any]:
    """What is wrong with one raw answer, in words; the writer checks everything again."""
    field = asked.field
    if empty(raw):
        return [missing_message(asked)] if field.required else []
    try:
        clean(form, field, raw)
    except Invalid as error:
        if field.type == "date" and calendar.try_parse_date(str(raw)) is None:
            example = _("令和6年5月2日") if "子" in field.label else _("昭和33年5月2日")
            return [
                _("%(label)sは 例: %(example)s の形で入力してください。")
                % {
                    "label": asked.shown_label,
                    "example": example if is_birth_date(field) else calendar.to_wareki(clock.today()),
                }
            ]
        return [message for messages in error.errors.values() for message in messages]
    return []


def clean(form: Form, field: FieldSpec, raw: Any) -> Any:
    """The value of a raw answer; raises `Invalid`."""
    return records.clean_value(actor=applicant(form), field=field, raw=raw)


def shown(form: Form, asked: Iterable[Asked], answers: dict[str, Any]) -> list[tuple[Asked, str]]:
    """Each question with its answer in a resident's words; one query for all file names."""
    asked = list(asked)
    ids = [pk for a in asked if a.field.type == "file" for pk in answers.get(a.field_code) or []]
    names = dict(StoredFile.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [(a, _shown(form, a, answers.get(a.field_code), names)) for a in asked]


def _shown(form: Form, asked: Asked, raw: Any, files: dict[int, str]) -> str:
    if empty(raw):
        return ""
    field, labels = asked.field, asked.question.choice_labels
    if labels and field.type in ("choice", "multichoice"):
        return ", ".join(labels.get(str(v), str(v)) for v in (raw if isinstance(raw, list) else [raw]))
    try:
        value = clean(form, field, raw)
    except Invalid:
        return str(raw)
    return in_words(field, value, files)


def given(form: Form, record: records.Record) -> list[tuple[str, str]]:
    """What was asked for and what stands in the record now, for staff: (name of the item, text), in the form's order."""
    asked = all_questions(form)
    ids = [pk for a in asked if a.field.type == "file" for pk in record.values.get(a.field_code) or []]
    names = dict(StoredFile.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    found = []
    for a in asked:
        value = record.values.get(a.field_code)
        shown_text = "" if empty(value) else in_words(a.field, value, names)
        if shown_text or not a.visible_field:
            found.append((a.field.label, shown_text))
    return found


def unprintable(texts: Iterable[str]) -> bool:
    """Whether a text has characters of a private set (外字), which other computers and printers may not know."""
    return any(unicodedata.category(c) == "Co" for text in texts for c in text if not c.isascii())


def in_words(field: FieldSpec, value: Any, files: dict[int, str]) -> str:
    """A value as residents read it: 和暦 for dates, 午後2時 for times."""
    if isinstance(value, datetime):
        return calendar.format_resident(value)
    if isinstance(value, date):
        return _("%(wareki)s（%(year)s年）") % {"wareki": calendar.to_wareki(value), "year": value.year}
    text = records.shown_value(field=field, value=value, files=files)
    unit = field.options.get("unit", "")
    return f"{text} {unit}" if text and unit else text
