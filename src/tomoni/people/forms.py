"""Forms of people and departments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tomoni.core.forms import DayField, PlainForm
from tomoni.people.actions.tokens import SCOPES
from tomoni.people.models import DepartmentVersion, User
from tomoni.people.queries import tree
from tomoni.people.roles import ROLES


def department_choices(as_of: date | None = None) -> list[tuple[str, str]]:
    """Departments for a select box, indented by depth."""
    return [("", "—")] + [(n.version.department.code, "　" * n.depth + n.version.name) for n in tree(as_of)]


class NewUserForm(PlainForm):
    """A new account. `once`: the form's key against a double tap."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    login = forms.CharField(
        label=_("ログイン名"), max_length=60, help_text=_("半角の英数字。例: hanako.sato")
    )
    display_name = forms.CharField(label=_("氏名"), max_length=100)
    email = forms.EmailField(label=_("メールアドレス"), required=False)
    kind = forms.ChoiceField(label=_("区分"), choices=User.Kind.choices)
    role = forms.ChoiceField(label=_("役割"), choices=[*ROLES.items()])
    department = forms.ChoiceField(label=_("所属"), required=False)
    position = forms.CharField(label=_("職"), max_length=50, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = department_choices()  # type: ignore[attr-defined]


class UserForm(PlainForm):
    """Name and address of an account. `opened_on`: the mark of what the form was opened on."""

    opened_on = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    display_name = forms.CharField(label=_("氏名"), max_length=100)
    email = forms.EmailField(label=_("メールアドレス"), required=False)


class RoleForm(PlainForm):
    """A role from a day on."""

    role = forms.ChoiceField(label=_("役割"), choices=[*ROLES.items()])
    valid_from = DayField(label=_("いつから"), required=False)


class MembershipForm(PlainForm):
    """A department from a day on."""

    department = forms.ChoiceField(label=_("所属"))
    position = forms.CharField(label=_("職"), max_length=50, required=False)
    is_head = forms.BooleanField(label=_("所属長"), required=False)
    is_primary = forms.BooleanField(label=_("主な所属"), required=False, initial=True)
    valid_from = DayField(label=_("いつから"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = department_choices()  # type: ignore[attr-defined]


class DepartmentForm(PlainForm):
    """A department's name and place from a day on. `opened_on`: the mark of what the form was opened on."""

    opened_on = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    name = forms.CharField(label=_("名前"), max_length=100)
    level = forms.ChoiceField(label=_("段階"), choices=DepartmentVersion.Level.choices)
    parent = forms.ChoiceField(label=_("上の組織"), required=False)
    telephone = forms.CharField(label=_("電話番号"), max_length=30, required=False)
    order = forms.IntegerField(label=_("並び順"), min_value=0, max_value=9999, initial=0)
    valid_from = DayField(label=_("いつから"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = department_choices()  # type: ignore[attr-defined]


class NewDepartmentForm(DepartmentForm):
    """A new department."""

    opened_on = None  # type: ignore[assignment]
    code = forms.CharField(
        label=_("記号"), max_length=39, help_text=_("半角の英小文字・数字・ハイフン。例: kenko-suishin")
    )
    field_order = ["code"]


class CloseForm(PlainForm):
    """The day on which something ends."""

    valid_to = DayField(label=_("いつ閉じるか（この日からなくなります）"))


class TokenForm(PlainForm):
    """A new API token."""

    label = forms.CharField(label=_("何に使うか"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=_("できること"),
        choices=list(
            zip(
                SCOPES,
                [_("見る"), _("登録する"), _("変更する"), _("削除する"), _("設定を変える")],
                strict=True,
            )
        ),
        widget=forms.CheckboxSelectMultiple,
        initial=["view"],
    )
    days = forms.IntegerField(label=_("期限（日数）"), min_value=1, max_value=400, initial=365)
