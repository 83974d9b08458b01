"""Send the link of a draft to an address the resident typed; the address is not kept with the draft."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core import audit, calendar, mail
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.core.town import town
from tomoni.procedures.models import Draft


@action("procedures.email_draft_link")
def email_draft_link(*, actor: Actor, draft: Draft, token: str, address: str) -> None:
    """Queue the mail. The view throttles it, so that the page cannot be used to bother people."""
    address = address.strip()
    try:
        validate_email(address)
        if len(address) > 254:
            raise ValidationError("length")
    except ValidationError:
        raise Invalid(
            {"address": [_("メールアドレスは 例: hanako@example.jp の形で入力してください。")]}
        ) from None
    address_of_page = reverse("procedures:resume", args=[draft.form.slug, token])
    day = calendar.format_day(draft.expires_at)
    mail.send_later(
        to=address,
        subject=_("【%(town)s】続きから始めるためのリンク") % {"town": town().name},
        body="\n".join(
            [
                _("次のリンクを開くと、書きかけのところから続けられます。"),
                f"{settings.BASE_URL}{address_of_page}",
                "",
                _(
                    "%(day)s まで使えます。このリンクを知っている人は、書いた内容を見られます。ほかの人に見せないでください。"
                )
                % {"day": day},
                _("心当たりがないときは、このメールを消してください。"),
            ]
        ),
        purpose="draft_link",
        related=f"draft:{draft.pk}",
        secret=True,
    )
    audit.record(actor=actor, verb="procedures.email_draft_link", target=f"draft:{draft.pk}", fields={})
