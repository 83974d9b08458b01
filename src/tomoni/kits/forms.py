"""Forms of the room."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tomoni.core.forms import NoIndividualNumber
from tomoni.kits import queries
from tomoni.kits.format import reader
from tomoni.kits.format.kit import Kit


class InstallForm(NoIndividualNumber):
    """Name, code, owner, task id, practice rows."""

    name = forms.CharField(label=_("アプリの名前"), max_length=100)
    code = forms.CharField(
        label=_("アプリのコード"),
        max_length=64,
        help_text=_("アドレスに使います。英小文字・数字・「-」で書きます。あとから変えられません。"),
    )
    department_code = forms.ChoiceField(
        label=_("担当の課"), help_text=_("この課の職員が、記録を見て処理します。")
    )
    task_id = forms.CharField(
        label=_("作業番号"),
        max_length=64,
        required=False,
        help_text=_("業務量調査の作業と結びつけます。結びつけると、前と後の時間を比べられます。"),
    )
    sample = forms.BooleanField(label=_("練習データ（架空の記録）を入れる"), required=False)
    once = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, kit: Kit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("選んでください")), *queries.department_choices()]
        self.fields["department_code"].choices = choices  # type: ignore[attr-defined]
        if not kit.sample:
            del self.fields["sample"]

    @staticmethod
    def first(kit: Kit, task_id: str, department_code: str) -> dict[str, Any]:
        """Initial values: a free code, the task that was asked for."""
        return {
            "name": kit.spec.name,
            "code": queries.free_code(kit.spec.code),
            "department_code": department_code,
            "task_id": task_id or kit.task_id,
            "once": uuid.uuid4().hex,
        }


class UploadForm(forms.Form):
    """A kit file."""

    file = forms.FileField(
        label=_("キットのファイル"),
        help_text=_("ほかの自治体で書き出した .yaml ファイルです。中身を調べるだけで、何も実行しません。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def clean_file(self) -> bytes:
        """The content, never more than the reader would take."""
        upload = self.cleaned_data["file"]
        return upload.read(reader.MAX_BYTES + 1)


class ExportForm(NoIndividualNumber):
    """What the file says about itself."""

    version = forms.CharField(label=_("版"), max_length=20, help_text=_("例: 1.0"))
    publisher = forms.CharField(label=_("公開元"), max_length=100)
    summary = forms.CharField(label=_("1行の説明"), max_length=200)
    license_name = forms.CharField(
        label=_("ライセンス"), max_length=60, help_text=_("例: CC0-1.0（自由に使えます）")
    )
