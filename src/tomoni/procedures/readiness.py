"""Whether a form can be open: everything that is still missing, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.core.town import town
from tomoni.procedures import access
from tomoni.procedures.models import Form
from tomoni.procedures.questions import all_questions, verify_kind
from tomoni.records import facade as records


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
    app_requires = {f.code for f in records.schema(code=form.app_code).fields if f.required}
    for a in asked:
        if a.visible_field and a.field_code in app_requires:
            found.append(
                _("必須の項目「%(label)s」の質問には、条件を付けられません。") % {"label": a.field.label}
            )
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


def keep_ready(form: Form) -> None:
    """After a change to an open form: raise `Invalid`, which undoes the change, if it could no longer be open."""
    if form.state == Form.State.OPEN and (found := obstacles(form)):
        raise Invalid({"": [_("受付中の公開フォームなので、この変更はできません。"), *found]})
