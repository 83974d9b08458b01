"""Send a mail to the address in a field of the record, or to a fixed one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tomoni.automation import texts
from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Context, Failed, Fault, Kind, KindForm
from tomoni.core import mail

MAX_BODY = 4000


def address_fields(spec: AppLike) -> list[tuple[str, str]]:
    """The text fields that can hold an address."""
    return [(f.code, f.label) for f in spec.fields if f.type in ("text", "link") and not f.deleted]


def valid_address(value: Any) -> bool:
    """Whether it is one mail address."""
    try:
        validate_email(str(value or ""))
    except ValidationError:
        return False
    return True


class MailForm(KindForm):
    """Address, subject, text."""

    to_field = forms.ChoiceField(
        label=_("宛先の項目"), required=False, help_text=_("記録のこの項目にある宛先へ送ります。")
    )
    to = forms.EmailField(
        label=_("決まった宛先"),
        required=False,
        help_text=_("上で「決まった宛先へ送る」を選んだときに書きます。"),
    )
    subject = forms.CharField(label=_("件名"), max_length=200)
    body = forms.CharField(label=_("本文"), max_length=MAX_BODY, widget=forms.Textarea(attrs={"rows": 10}))

    def __init__(self, *args: Any, schema: Any, **kwargs: Any) -> None:
        super().__init__(*args, schema=schema, **kwargs)
        self.fields["to_field"].choices = [("", gettext("決まった宛先へ送る")), *address_fields(schema)]  # type: ignore[attr-defined]


class Mail(Kind):
    """Send a mail (メールを送る)."""

    code = "mail"
    label = _("メールを送る")
    description = _("記録にある宛先、または決まった宛先へ送ります。個人情報は書けません。")
    keys = frozenset({"to_field", "to", "subject", "body"})
    form = MailForm

    def faults(self, data: Mapping[str, Any], spec: AppLike) -> Iterator[Fault]:
        """One address, a subject of one line, no personal data in the texts."""
        yield from super().faults(data, spec)
        field, fixed = data.get("to_field"), data.get("to")
        if bool(field) == bool(fixed):
            yield "to_field", gettext("宛先は、項目か決まった宛先のどちらか一方にしてください。")
        elif field and field not in dict(address_fields(spec)):
            yield "to_field", gettext("宛先にできる項目「%(code)s」はありません。") % {"code": field}
        elif fixed and not valid_address(fixed):
            yield "to", gettext("メールアドレスの形が違います。")
        for key, limit in (("subject", 200), ("body", MAX_BODY)):
            text = data.get(key)
            if not isinstance(text, str) or not text.strip():
                yield key, gettext("空にはできません。")
            elif len(text) > limit:
                yield key, gettext("%(max)s文字までにしてください。") % {"max": limit}
            elif key == "subject" and "\n" in text.strip():
                yield key, gettext("1行で書いてください。")
            else:
                yield from texts.faults(text, spec, key)

    def words(self, data: Mapping[str, Any], spec: AppLike) -> str:
        """To whom and with which subject."""
        label = dict(address_fields(spec)).get(data.get("to_field", ""), data.get("to_field"))
        to = (
            gettext("項目「%(field)s」の宛先") % {"field": label}
            if data.get("to_field")
            else str(data.get("to", ""))
        )
        return gettext("%(to)s へメール「%(subject)s」を送る") % {
            "to": to,
            "subject": data.get("subject", ""),
        }

    def run(self, context: Context, data: Mapping[str, Any]) -> str:
        """Queue the mail in this transaction; it leaves through the outbox."""
        to = data.get("to") or context.record.values.get(data.get("to_field", ""))
        if not to:
            raise Failed(gettext("宛先の項目「%(field)s」が空です。") % {"field": data.get("to_field", "")})
        if not valid_address(to):
            raise Failed(
                gettext("宛先の項目「%(field)s」がメールアドレスの形ではありません。")
                % {"field": data.get("to_field", "")}
            )
        subject = " ".join(texts.render(data["subject"], context).split())[:200]
        mail.send_later(
            to=str(to),
            subject=subject,
            body=texts.render(data["body"], context),
            purpose="automation",
            related=f"record:{context.app}/{context.record.id}",
        )
        return gettext("メールを送信待ちに入れました。")

    def preview(self, context: Context, data: Mapping[str, Any]) -> str:
        """The texts as they would be sent; of the address only whether there is one."""
        to = data.get("to") or context.record.values.get(data.get("to_field", ""))
        where = gettext("宛先あり") if valid_address(to) else gettext("宛先なし（送れません）")
        return f"{where}\n{texts.render(data['subject'], context)}\n\n{texts.render(data['body'], context)}"
