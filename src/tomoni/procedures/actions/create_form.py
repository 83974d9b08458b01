"""Create a form from an app: every askable field becomes a question, in the app's order."""

from __future__ import annotations

import re
import secrets

from django.utils.translation import gettext as _

from tomoni.core import audit
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.procedures.applicant import suggested_actions
from tomoni.procedures.models import Form, Question
from tomoni.procedures.queries import may_manage
from tomoni.procedures.questions import askable_fields
from tomoni.records import facade as records

RESERVED = {"new", "preview", "done", "check"}


@action("procedures.create_form")
def create_form(*, actor: Actor, app: str, title: str = "", slug: str = "") -> Form:
    """Make a form in the state 準備中. The section's contact starts from the town's."""
    if not may_manage(actor, app):
        raise Forbidden("forms.manage")
    schema = records.schema(code=app)
    fields = askable_fields(app)
    if not fields:
        raise Invalid(_("このアプリには、住民に聞ける項目がありません。先に項目を足してください。"))
    form = Form.objects.create(
        app_code=app,
        slug=free_slug(slug or app),
        title=title.strip()[:100] or schema.name,
        verify_field=next((f.code for f in fields if f.type == "date" and f.personal != "none"), "")
        or next((f.code for f in fields if f.type == "text" and "電話" in f.label), ""),
        email_field=next((f.code for f in fields if f.type == "text" and "メール" in f.label), ""),
        applicant_actions=suggested_actions(schema),
        created_by_id=actor.id if actor.kind == "user" else None,
    )
    Question.objects.bulk_create(
        Question(
            form=form, field_code=f.code, position=n, text=default_text(f.label), help=f.help, why=f.purpose
        )
        for n, f in enumerate(fields)
    )
    audit.record(actor=actor, verb="procedures.create_form", target=f"form:{form.pk}", fields={"app": app})
    return form


def default_text(label: str) -> str:
    """A question from a field's label."""
    return _("%(label)sを教えてください") % {"label": label}


def free_slug(wanted: str) -> str:
    """A slug that is not taken, from an app code or a wish; never from characters that an address cannot carry."""
    base = re.sub(r"[^a-z0-9-]+", "-", wanted.lower()).strip("-")[:50] or f"form-{secrets.token_hex(3)}"
    slug, n = base, 2
    while slug in RESERVED or Form.objects.filter(slug=slug).exists():
        slug, n = f"{base}-{n}", n + 1
    return slug
