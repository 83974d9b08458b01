"""The upload form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tomoni.core import clock
from tomoni.core.calendar import fiscal_label, fiscal_year
from tomoni.core.forms import NoIndividualNumber
from tomoni.workload.models import Intake

YEARS_BACK = 10


def year_choices() -> list[tuple[int, str]]:
    """Fiscal years that a survey may be about, newest first."""
    this = fiscal_year(clock.today())
    return [(year, fiscal_label(year)) for year in range(this, this - YEARS_BACK, -1)]


class UploadForm(NoIndividualNumber):
    """File, what it is, title, fiscal year."""

    kind = forms.ChoiceField(
        choices=[],
        error_messages={
            "required": _("ファイルの中身を選んでください。"),
            "invalid_choice": _("ファイルの中身を選んでください。"),
        },
    )
    title = forms.CharField(
        max_length=200,
        error_messages={
            "required": _("題名を入力してください。例: 令和7年度 業務量調査"),
            "max_length": _("題名は 200 文字までにしてください。"),
        },
    )
    fiscal_year = forms.TypedChoiceField(
        choices=[],
        coerce=int,
        error_messages={
            "required": _("年度を選んでください。"),
            "invalid_choice": _("年度を選んでください。"),
        },
    )
    file = forms.FileField(
        max_length=255,
        error_messages={
            "required": _("ファイルを選んでください。"),
            "empty": _("ファイルが空です。中身のあるファイルを選んでください。"),
            "max_length": _("ファイルの名前が長すぎます。短くしてください。"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Intake.Kind.choices  # type: ignore[attr-defined]
        self.fields["fiscal_year"].choices = year_choices()  # type: ignore[attr-defined]
