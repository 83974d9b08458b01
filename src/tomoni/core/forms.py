"""What every room's Django forms share: plain words for what is wrong, days as people write them, no 個人番号."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core import calendar, privacy
from tomoni.core.errors import Conflict, Invalid

CHOICES = (forms.ChoiceField, forms.MultipleChoiceField)


class NoIndividualNumber(forms.Form):
    """Mixin: no text of the form may hold an individual number (個人番号); the field says so, nothing is stored."""

    def full_clean(self) -> None:
        """Django's check, then ours over every text."""
        super().full_clean()
        given = getattr(self, "cleaned_data", {}) if self.is_bound else {}
        for name, messages in privacy.individual_number_errors(given).items():
            for message in messages:
                self.add_error(name, message)


class PlainForm(NoIndividualNumber):
    """Base form: what is missing or impossible is said with the name of the field, and what to do about it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            words = {"label": field.label or ""}
            if isinstance(field, CHOICES):
                field.error_messages["required"] = _("%(label)sを選んでください。") % words
                field.error_messages["invalid_choice"] = _("%(label)sを選び直してください。") % words
            else:
                field.error_messages["required"] = _("%(label)sを入力してください。") % words

    def take(self, error: Invalid) -> None:
        """Put an action's errors onto the fields they belong to; the others stand above the form."""
        for name, messages in error.errors.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, str(message))

    def differing(self, conflict: Conflict | None) -> list[tuple[Any, str, str]]:
        """(label, mine, theirs) of each field in which the two versions differ, for `ui/parts/conflict.html`."""
        if conflict is None:
            return []
        mine, theirs = conflict.details["mine"], conflict.details["theirs"]
        return [
            (self.fields[name].label, self._said(name, mine[name]), self._said(name, theirs.get(name, "")))
            for name in self.fields
            if name in mine and str(mine[name]) != str(theirs.get(name, ""))
        ]

    def _said(self, name: str, value: Any) -> str:
        """A value as the page shows it: a choice by its label."""
        choices = dict(getattr(self.fields[name], "choices", ()))
        return str(choices.get(value, value)).strip()


class DayField(forms.CharField):
    """A date written as 令和8年4月1日 or 2026-04-01; empty is None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("例: 令和9年4月1日 または 2027-04-01"))
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> date | None:
        """The date; ValidationError with an example for anything that is none."""
        text = super().clean(value)
        if not text:
            return None
        found = calendar.try_parse_date(text)
        if found is None:
            raise forms.ValidationError(_("日付は 例: 令和9年4月1日 の形で入力してください"))
        return found

    def prepare_value(self, value: Any) -> Any:
        """A day is shown as 2026-04-01."""
        return value.isoformat() if isinstance(value, date) else value
