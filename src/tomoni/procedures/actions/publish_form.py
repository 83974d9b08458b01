"""Open and close a form (受付を始める・受付を終える)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.core.town import town
from tomoni.procedures import access
from tomoni.procedures.actions.update_form import locked
from tomoni.procedures.models import Form
from tomoni.procedures.questions import all_questions, verify_kind
from tomoni.records import facade as records


@action("procedures.publish_form")
def publish_form(*, actor: Actor, form: Form) -> Form:
    """Open the form. Raises `Invalid` with everything that is still missing, in words."""
    held = locked(actor, form)
    if problems := obstacles(held):
        raise Invalid({"": problems})
    held.state = Form.State.OPEN
    held.published_at = held.published_at or clock.now()
    held.revision += 1
    held.save()
    audit.record(actor=actor, verb="procedures.publish_form", target=f"form:{held.pk}", fields={})
    outbox.emit("procedures.form_opened", {"form": held.slug, "app": held.app_code})
    return held


@action("procedures.close_form")
def close_form(*, actor: Actor, form: Form) -> Form:
    """Close the form: residents read until when it was open and whom to call; what was sent stays."""
    held = locked(actor, form)
    held.state = Form.State.CLOSED
    held.revision += 1
    held.save()
    audit.record(actor=actor, verb="procedures.close_form", target=f"form:{held.pk}", fields={})
    return held


def obstacles(form: Form) -> list[Any]:
    """What keeps the form from opening, each as a sentence that says what to do."""
    asked = all_questions(form)
    codes = {a.field_code for a in asked}
    found: list[Any] = []
    if not asked:
        found.append(_("質問を1つ以上足してください。"))
    if not verify_kind(form) or form.verify_field not in codes:
        found.append(
            _("申し込んだ人の確認に使う項目（生年月日か電話番号）を選び、その質問を入れてください。")
        )
    elif any(a.field_code == form.verify_field and a.visible_field for a in asked):
        found.append(_("申し込んだ人の確認に使う質問には、条件を付けられません。"))
    for field in records.schema(code=form.app_code).fields:
        if (
            field.required
            and not field.deleted
            and field.code not in codes
            and field.default in (None, "", [])
        ) and access.stored(field):
            found.append(_("必須の項目「%(label)s」を質問に入れてください。") % {"label": field.label})
    for a in asked:
        if a.field.personal != "none" and not a.field.purpose:
            found.append(
                _("個人情報の項目「%(label)s」に、使用目的を書いてください（アプリの項目の設定）。")
                % {"label": a.field.label}
            )
    if not (form.contact_telephone or town().telephone):
        found.append(_("担当の電話番号を書いてください。"))
    if form.opens_on and form.closes_on and form.closes_on < form.opens_on:
        found.append(_("受付の終わりの日を、始まりの日より後にしてください。"))
    if not access.form_may_add(form):
        found.append(_("アプリの権限で、公開フォームに「追加」を許してください。"))
    return found
