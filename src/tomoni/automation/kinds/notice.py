"""Tell colleagues inside the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tomoni.automation import links, recipients, texts
from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Context, Failed, Fault, Kind, KindForm
from tomoni.core import notices


class NoticeForm(KindForm):
    """Whom and what."""

    to = forms.ChoiceField(label=_("知らせる相手"))
    text = forms.CharField(label=_("知らせる文"), max_length=280, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, schema: Any, **kwargs: Any) -> None:
        super().__init__(*args, schema=schema, **kwargs)
        self.fields["to"].choices = list(recipients.choices(schema))  # type: ignore[attr-defined]


class Notice(Kind):
    """In-app notice (お知らせを出す)."""

    code = "notice"
    label = _("職員に知らせる")
    description = _("担当の課、役割、作業者などに、画面のお知らせを出します。")
    keys = frozenset({"to", "text"})
    form = NoticeForm

    def faults(self, data: Mapping[str, Any], spec: AppLike) -> Iterator[Fault]:
        """A known group and a text without personal data."""
        yield from super().faults(data, spec)
        if not recipients.known(str(data.get("to", "")), spec):
            yield "to", gettext("知らせる相手を選んでください（section、assignee、creator、role:…）。")
        text = data.get("text")
        if not isinstance(text, str) or not text.strip():
            yield "text", gettext("空にはできません。")
        elif len(text) > 280:
            yield "text", gettext("%(max)s文字までにしてください。") % {"max": 280}
        else:
            yield from texts.faults(text, spec, "text")

    def words(self, data: Mapping[str, Any], spec: AppLike) -> str:
        """Whom and what."""
        return gettext("%(to)s に知らせる「%(text)s」") % {
            "to": recipients.words(data.get("to", "")),
            "text": data.get("text", ""),
        }

    def run(self, context: Context, data: Mapping[str, Any]) -> str:
        """One notice a person, at most `recipients.MAX`."""
        people = recipients.find(data["to"], context)
        if not people:
            raise Failed(gettext("知らせる相手（%(to)s）がいません。") % {"to": recipients.words(data["to"])})
        text = " ".join(texts.render(data["text"], context).split())[:300]
        notices.notify_many(user_ids=people, text=text, url=links.record(context.app, context.record.id))
        return gettext("%(n)s人に知らせました。") % {"n": len(people)}

    def preview(self, context: Context, data: Mapping[str, Any]) -> str:
        """How many people would read what."""
        count = len(recipients.find(data["to"], context))
        return gettext("%(n)s人に知らせます。") % {"n": count} + "\n" + texts.render(data["text"], context)
