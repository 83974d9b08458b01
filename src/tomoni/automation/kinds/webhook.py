"""Tell another system (Webhook)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tomoni.automation import webhook
from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Context, Fault, Kind, KindForm
from tomoni.core import outbox


class WebhookForm(KindForm):
    """Where to, and which fields."""

    url = forms.CharField(
        label=_("送り先のアドレス"), max_length=500,
        help_text=_("https:// で始まるアドレス。システム管理者が許可した送り先だけに送れます。"),
    )  # fmt: skip
    fields_told = forms.MultipleChoiceField(
        label=_("送る項目"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("選ばなければ、記録の番号と状態だけを送ります。"),
    )  # fmt: skip
    personal = forms.BooleanField(
        label=_("個人情報の項目も送る"), required=False,
        help_text=_("送り先に渡してよいことを、個人情報の担当と確かめてから選んでください。"),
    )  # fmt: skip

    def __init__(self, *args: Any, schema: Any, **kwargs: Any) -> None:
        super().__init__(*args, schema=schema, **kwargs)
        mark = gettext("（個人情報）")
        self.fields["fields_told"].choices = [  # type: ignore[attr-defined]
            (f.code, f.label + (mark if f.personal != "none" else ""))
            for f in schema.fields
            if f.type != "file"
        ]


class Webhook(Kind):
    """Send a signed message (別のシステムに知らせる)."""

    code = "webhook"
    label = _("別のシステムに知らせる")
    description = _("記録の番号と選んだ項目を、署名を付けて送ります（Webhook）。")
    keys = frozenset({"url", "fields", "personal"})
    form = WebhookForm
    alone = True

    def faults(self, data: Mapping[str, Any], spec: AppLike) -> Iterator[Fault]:
        """An address that may be called, fields that are there, personal ones only by choice."""
        yield from super().faults(data, spec)
        try:
            webhook.target(str(data.get("url", "")))
        except webhook.Refused as error:
            yield "url", str(error)
        fields = {f.code: f for f in spec.fields if not f.deleted}
        for code in data.get("fields", ()):
            if code not in fields:
                yield "fields", gettext("項目「%(code)s」はありません。") % {"code": code}
            elif fields[code].personal != "none" and not data.get("personal"):
                yield (
                    "fields",
                    gettext("「%(field)s」は個人情報です。送るなら「個人情報の項目も送る」を選んでください。")
                    % {"field": fields[code].label},
                )

    def words(self, data: Mapping[str, Any], spec: AppLike) -> str:
        """To which system."""
        host = urlsplit(str(data.get("url", ""))).hostname or ""
        return gettext("別のシステム（%(host)s）に知らせる") % {"host": host}

    def run(self, context: Context, data: Mapping[str, Any]) -> str:
        """Queue the message in this transaction; it leaves through the outbox."""
        number = context.record.id if context.record else 0
        outbox.emit(
            webhook.SEND, {"app": context.app, "record": number, "run": context.run_id, "data": dict(data)}
        )
        return gettext("別のシステムへの知らせを送信待ちに入れました。")

    def initial(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Stored data → the form."""
        return {
            "url": data.get("url", ""),
            "fields_told": data.get("fields", []),
            "personal": data.get("personal"),
        }

    def stored(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The form → stored data."""
        made: dict[str, Any] = {
            "kind": self.code,
            "url": cleaned["url"].strip(),
            "fields": cleaned["fields_told"],
        }
        return made | ({"personal": True} if cleaned["personal"] else {})
