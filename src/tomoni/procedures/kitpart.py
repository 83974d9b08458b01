"""The `form:` block of a kit: checked, explained, installed and exported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.procedures.actions.create_form import free_slug
from tomoni.procedures.actions.publish_form import publish_form
from tomoni.procedures.applicant import possible_actions, suggested_actions
from tomoni.procedures.models import Form, Question
from tomoni.procedures.questions import ASKABLE
from tomoni.records import facade as records
from tomoni.records.schema.spec import AppSpec

TEXTS = ("title", "intro", "needs", "after")
KEYS = {
    "slug", "title", "intro", "needs", "after", "minutes", "days", "contact", "opens_on", "closes_on",
    "verify_field", "verify", "email_field", "feedback", "questions", "status_words", "letters",
    "applicant_actions", "en", "published",
}  # fmt: skip
QUESTION_KEYS = {"field", "text", "question", "help", "why", "required", "visible", "en"}
ENGLISH_KEYS = {*TEXTS, "status_words"}
QUESTION_ENGLISH = {"text", "help", "why", "label", "choices"}


def check(data: Any, spec: AppSpec) -> Iterable[tuple[str, Any]]:
    """Every fault in a form block as (path, message)."""
    if not isinstance(data, Mapping):
        yield "", _("公開フォームは、項目と値の組で書いてください。")
        return
    for key in sorted(set(map(str, data)) - KEYS):
        yield key, _("知らない項目です: %(key)s") % {"key": key}
    if not str(data.get("title") or "").strip():
        yield "title", _("題名を書いてください。")
    fields = {f.code: f for f in spec.fields}
    for key in ("verify_field", "verify", "email_field"):
        if data.get(key) and data[key] not in fields:
            yield key, _("アプリにない項目です: %(code)s") % {"code": data[key]}
    yield from _check_questions(data.get("questions"), fields)
    states = {s.name for s in spec.states}
    yield from _unknown(data.get("en"), ENGLISH_KEYS, "en")
    english = data["en"].get("status_words") if isinstance(data.get("en"), Mapping) else None
    blocks = {"status_words": data.get("status_words"), "letters": data.get("letters")}
    for key, given in (blocks | {"en.status_words": english}).items():
        block = given or {}
        if not isinstance(block, Mapping):
            yield key, _("状態ごとに書いてください。")
            continue
        for state in block:
            if state not in states:
                yield f"{key}.{state}", _("アプリにない状態です: %(state)s") % {"state": state}


def _unknown(block: Any, known: Iterable[str], path: str) -> Iterable[tuple[str, Any]]:
    """Faults of a block of English texts: not a mapping, or keys that nobody reads."""
    if block is None:
        return
    if not isinstance(block, Mapping):
        yield path, _("英語の言葉は、項目と値の組で書いてください。")
        return
    for key in sorted(set(map(str, block)) - set(known)):
        yield f"{path}.{key}", _("知らない項目です: %(key)s") % {"key": key}


def _check_english(item: Mapping[str, Any], field: Any, path: str) -> Iterable[tuple[str, Any]]:
    """Faults of a question's English: choices must be those of the field."""
    english = item.get("en")
    yield from _unknown(english, QUESTION_ENGLISH, f"{path}.en")
    if not isinstance(english, Mapping) or field is None:
        return
    yield from _unknown(english.get("choices"), field.options.get("choices") or (), f"{path}.en.choices")


def _check_questions(questions: Any, fields: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    if not isinstance(questions, list) or not questions:
        yield "questions", _("質問を1つ以上書いてください。")
        return
    seen: set[str] = set()
    for n, item in enumerate(questions):
        path = f"questions.{n}"
        if not isinstance(item, Mapping):
            yield path, _("質問は、項目と値の組で書いてください。")
            continue
        for key in sorted(set(map(str, item)) - QUESTION_KEYS):
            yield f"{path}.{key}", _("知らない項目です: %(key)s") % {"key": key}
        code = str(item.get("field"))
        if code not in fields or fields[code].type not in ASKABLE:
            yield f"{path}.field", _("住民に聞けない項目です: %(code)s") % {"code": code}
        elif code in seen:
            yield f"{path}.field", _("同じ項目を2度聞いています: %(code)s") % {"code": code}
        yield from _check_english(item, fields.get(code), path)
        visible = item.get("visible")
        if visible and (not isinstance(visible, Mapping) or visible.get("field") not in seen):
            yield f"{path}.visible", _("条件は、前にある質問の項目で書いてください。")
        elif visible and visible.get("op", "is") not in Question.Op.values:
            yield f"{path}.visible.op", _("条件は is・is_not・filled のどれかで書いてください。")
        seen.add(code)


def words(data: Any, spec: AppSpec) -> Iterable[Any]:
    """What will be made, in sentences."""
    told = {"title": data.get("title"), "n": len(data.get("questions") or [])}
    if data.get("published", True):
        yield _("公開フォーム「%(title)s」（質問 %(n)s問）を作り、受付を始めます。") % told
    else:
        yield (
            _(
                "公開フォーム「%(title)s」（質問 %(n)s問）を準備中で作ります。受付は、内容を確かめてから始めます。"
            )
            % told
        )


def install(*, actor: Actor, app: str, data: Any) -> str:
    """Make and (unless `published: false`) open the form of a freshly installed app; returns its slug."""
    if not (actor.may("forms.manage") or actor.may("kits.install")):
        raise Forbidden("forms.manage")
    schema = records.schema(code=app)
    faults = list(check(data, _spec(schema)))
    if faults:
        raise Invalid({f"form.{path}": [message] for path, message in faults})
    possible = {a.name for a in possible_actions(schema)}
    wanted = data.get("applicant_actions")
    form = Form.objects.create(
        app_code=app,
        slug=free_slug(str(data.get("slug") or app)),
        **{name: str(data.get(name) or "").strip() for name in TEXTS},
        minutes=int(data.get("minutes") or 5),
        days=int(data["days"]) if data.get("days") else None,
        **_contact(data.get("contact")),
        opens_on=data.get("opens_on") or None,
        closes_on=data.get("closes_on") or None,
        verify_field=str(data.get("verify_field") or data.get("verify") or ""),
        email_field=str(data.get("email_field") or ""),
        feedback=bool(data.get("feedback", True)),
        letters=_plain(data.get("letters")),
        status_words=_plain(data.get("status_words")),
        applicant_actions=suggested_actions(schema)
        if wanted is None
        else [a for a in wanted if a in possible],
        en=_plain(data.get("en")),
        created_by_id=actor.id if actor.kind == "user" else None,
    )
    Question.objects.bulk_create(_question(form, n, item) for n, item in enumerate(data["questions"]))
    audit.record(actor=actor, verb="procedures.install_form", target=f"form:{form.pk}", fields={"app": app})
    if data.get("published", True):
        publish_form(actor=actor, form=form)
    return form.slug


def _spec(schema: Any) -> AppSpec:
    return AppSpec(code=schema.code, name=schema.name, fields=schema.fields, states=schema.states)


def _contact(data: Any) -> dict[str, str]:
    given = data if isinstance(data, Mapping) else {}
    return {f"contact_{part}": str(given.get(part) or "")[:200] for part in ("section", "telephone", "hours")}


def _plain(data: Any) -> dict[str, Any]:
    """Texts without the line break that YAML's `|` leaves at the end."""
    if not isinstance(data, Mapping):
        return {}
    return {str(k): _plain(v) if isinstance(v, Mapping) else str(v or "").strip() for k, v in data.items()}


def _question(form: Form, position: int, item: Mapping[str, Any]) -> Question:
    rule = item.get("visible") or {}
    return Question(
        form=form,
        field_code=item["field"],
        position=position,
        text=str(
            item.get("text")
            or item.get("question")
            or _("%(label)sを教えてください") % {"label": item["field"]}
        )[:200],
        help=str(item.get("help") or "").strip(),
        why=str(item.get("why") or "").strip(),
        required=item.get("required"),
        visible_field=str(rule.get("field") or ""),
        visible_op=str(rule.get("op") or "is"),
        visible_value=str(rule.get("value") or ""),
        en=_plain(item.get("en")),
    )


def export(*, actor: Actor, app: str) -> dict[str, Any] | None:
    """The app's form as a kit block, without what is local: contact, period and state."""
    from tomoni.procedures.facade import form_for_app

    form = form_for_app(app)
    if form is None:
        return None
    made: dict[str, Any] = {"slug": form.slug} | {
        name: getattr(form, name) for name in TEXTS if getattr(form, name)
    }
    made |= {"minutes": form.minutes, "verify_field": form.verify_field, "feedback": form.feedback}
    optional = {
        "days": form.days,
        "email_field": form.email_field,
        "letters": form.letters,
        "status_words": form.status_words,
        "en": form.en,
    }
    made |= {key: value for key, value in optional.items() if value}
    made["applicant_actions"] = list(form.applicant_actions)
    made["questions"] = [_exported(q) for q in form.questions.all()]
    return made


def _exported(question: Question) -> dict[str, Any]:
    made: dict[str, Any] = {"field": question.field_code, "text": question.text}
    made |= {name: getattr(question, name) for name in ("help", "why") if getattr(question, name)}
    if question.required is not None:
        made["required"] = question.required
    if question.visible_field:
        rule = {"field": question.visible_field, "op": question.visible_op, "value": question.visible_value}
        made["visible"] = {k: v for k, v in rule.items() if v}
    if question.en:
        made["en"] = question.en
    return made
