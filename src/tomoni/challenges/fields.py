"""Form fields that take what people type: full-width digits, commas, 時間, 和暦."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tomoni.core import calendar
from tomoni.core.errors import Invalid


class NumberField(forms.Field):
    """A number to one decimal: 「１,２００時間」 → 1200.0; empty → None (or 0 where `zero`)."""

    def __init__(self, *, zero: bool = False, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 20})
        super().__init__(widget=widget, **more)
        self.zero = zero

    def to_python(self, value: Any) -> Decimal | None:
        """The number. ValidationError in words for anything else."""
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        text = re.sub(r"(時間|分|日|件|h|hours?)$", "", text).replace(",", "").strip()
        if not text:
            return Decimal(0) if self.zero else None
        if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text):
            raise ValidationError(_("数で入力してください。例: 120.5"))
        try:
            return Decimal(text).quantize(Decimal("0.1"))
        except InvalidOperation:
            raise ValidationError(_("数で入力してください。例: 120.5")) from None


class DayField(forms.Field):
    """A day as 令和8年4月1日 or 2026-04-01."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("help_text", _("例: 令和8年4月1日 または 2026-04-01"))
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 30}), **more)

    def to_python(self, value: Any) -> date | None:
        """The day. ValidationError in words for anything else."""
        if isinstance(value, date) or value in (None, ""):
            return value or None
        try:
            return calendar.parse_date(str(value))
        except (Invalid, ValueError):
            raise ValidationError(_("日付は 例: 令和8年4月1日 の形で入力してください。")) from None

    def prepare_value(self, value: Any) -> Any:
        """A day is shown as 2026-04-01."""
        return value.isoformat() if isinstance(value, date) else value


class MonthField(forms.Field):
    """A month as 2026-11 or 令和8年11月; its first day."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("help_text", _("例: 2026-11"))
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 20}), **more)

    def to_python(self, value: Any) -> date | None:
        """The month's first day. ValidationError in words for anything else."""
        if isinstance(value, date) or value in (None, ""):
            return value or None
        text = unicodedata.normalize("NFKC", str(value)).strip()
        day = f"{text}1日" if text.endswith("月") else f"{text}-01"
        try:
            return calendar.parse_date(day)
        except (Invalid, ValueError):
            raise ValidationError(_("月は 例: 2026-11 の形で入力してください。")) from None

    def prepare_value(self, value: Any) -> Any:
        """A month is shown as 2026-11."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value
