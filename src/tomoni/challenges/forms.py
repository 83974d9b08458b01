"""What people type, turned into typed values; whether it may be is decided by the actions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from tomoni.challenges.fields import DayField, MonthField, NumberField
from tomoni.challenges.models import Answer, Challenge, Ending, Figure, Round, Use
from tomoni.challenges.rules import Details, MeasureSpec, UseSpec
from tomoni.core.errors import Invalid
from tomoni.core.forms import NoIndividualNumber
from tomoni.people import facade as people

EXTRA_MEASURES = 2


class TownForm(NoIndividualNumber):
    """Base: our classes on widgets, our words for required fields, errors of actions put where they belong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("ここを書いてください。")
            if isinstance(field, forms.ChoiceField):
                field.error_messages["required"] = _("選んでください。")
                field.error_messages["invalid_choice"] = _("選び直してください。")
            if not isinstance(
                field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.HiddenInput)
            ):
                field.widget.attrs.setdefault("class", "input")

    def take(self, error: Invalid) -> None:
        """Show an action's errors; those of no field stand above the form."""
        for name, messages in error.errors.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, str(message))


class AnswerForm(TownForm):
    """One question of a review."""

    decision = forms.ChoiceField(
        label=_("どうしますか"), choices=Answer.Decision.choices, widget=forms.RadioSelect
    )
    decider = forms.ChoiceField(
        label=_("決められるのはだれですか"),
        choices=[("", _("選んでください")), *Answer.Decider.choices],
        required=False,
        help_text=_("「する」のとき。法令なら国への提案、条例なら議会、規則なら首長です。"),
    )
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}))
    low = NumberField(label=_("少なめ"), required=False, zero=True)
    mid = NumberField(label=_("ふつう"), required=False, zero=True)
    high = NumberField(label=_("多め"), required=False, zero=True)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


def _staff_choices() -> list[tuple[str, str]]:
    staff = get_user_model().objects.filter(is_active=True, kind="staff").order_by("display_name", "pk")
    return [
        ("", str(_("選んでください"))),
        *((str(pk), name) for pk, name in staff.values_list("pk", "display_name")),
    ]


def department_choices() -> list[tuple[str, str]]:
    """(id, name) of today's departments in their order."""
    rows = people.departments().order_by("order", "name")
    return [(str(v.department_id), v.name) for v in rows]


class ChallengeForm(TownForm):
    """What a challenge says: up to three conditions and four uses of freed time."""

    title = forms.CharField(label=_("題名"), max_length=200)
    kind = forms.ChoiceField(label=_("やり方"), choices=Challenge.Kind.choices, widget=forms.RadioSelect)
    owner_id = forms.ChoiceField(label=_("担当する人"))
    department_id = forms.ChoiceField(label=_("担当する課"))
    hypothesis = forms.CharField(
        label=_("仮説"),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 4000}),
        help_text=_("何をすると、だれの何が、どう変わると考えますか。"),
    )
    due_on = DayField(label=_("期限"))
    figure = forms.ChoiceField(
        label=_("何で測りますか"), choices=[("", _("選んでください")), *Figure.choices]
    )
    baseline = NumberField(label=_("いまの値"), required=False)
    target = NumberField(label=_("目標の値"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = _staff_choices()  # type: ignore[attr-defined]
        choices = [("", str(_("選んでください"))), *department_choices()]
        self.fields["department_id"].choices = choices  # type: ignore[attr-defined]
        for i in range(1, EXTRA_MEASURES + 1):
            figures = [("", str(_("決めない"))), *Figure.choices]
            self._add(
                f"figure{i}", forms.ChoiceField(label=_("もう1つの条件"), choices=figures, required=False)
            )
            self._add(f"baseline{i}", NumberField(label=_("いまの値"), required=False))
            self._add(f"target{i}", NumberField(label=_("目標の値"), required=False))
        for kind, label in Use.Kind.choices:
            self._add(f"what_{kind}", forms.CharField(label=label, required=False, max_length=200))
            self._add(f"planned_{kind}", NumberField(label=_("1か月の時間"), required=False, zero=True))

    def _add(self, name: str, field: forms.Field) -> None:
        field.widget.attrs.setdefault("class", "input")
        self.fields[name] = field

    def measure_rows(self) -> list[tuple[Any, Any, Any]]:
        """Figure, baseline, target of each further condition, for the page."""
        return [
            (self[f"figure{i}"], self[f"baseline{i}"], self[f"target{i}"])
            for i in range(1, EXTRA_MEASURES + 1)
        ]

    def use_rows(self) -> list[tuple[Any, Any, Any]]:
        """Label, what, planned of each use, for the page."""
        return [(label, self[f"what_{kind}"], self[f"planned_{kind}"]) for kind, label in Use.Kind.choices]

    def clean(self) -> dict[str, Any]:
        """A further condition needs its target."""
        data = super().clean() or {}
        for i in range(1, EXTRA_MEASURES + 1):
            if data.get(f"figure{i}") and data.get(f"target{i}") is None and f"target{i}" not in self.errors:
                self.add_error(f"target{i}", _("目標の値を入力してください。"))
        return data

    def take(self, error: Invalid) -> None:
        """Errors of conditions and uses stand at their first input."""
        names = {"measure": "figure", "uses": "planned_consult"}
        super().take(Invalid({names.get(k, k): v for k, v in error.errors.items()}))

    def again(self, revision: int) -> ChallengeForm:
        """The same form after a stale edit: what was written stands, saving it now would replace the other version."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["revision"] = str(revision)
        return ChallengeForm(data)

    def details(self) -> Details:
        """The typed values for the action."""
        data = self.cleaned_data
        suffixes = ["", *(str(i) for i in range(1, EXTRA_MEASURES + 1))]
        return Details(
            title=data["title"],
            kind=data["kind"],
            owner_id=int(data["owner_id"]),
            department_id=int(data["department_id"]),
            hypothesis=data["hypothesis"],
            due_on=data["due_on"],
            measures=tuple(
                MeasureSpec(data[f"figure{s}"], data[f"target{s}"], data.get(f"baseline{s}"))
                for s in suffixes
                if data.get(f"figure{s}")
            ),
            uses=tuple(
                UseSpec(kind, data.get(f"what_{kind}", ""), data.get(f"planned_{kind}") or Decimal(0))
                for kind in Use.Kind.values
            ),
        )


def initial_of(details: Details) -> dict[str, Any]:
    """The form's starting values from what a challenge says."""
    names = ("title", "kind", "owner_id", "department_id", "hypothesis", "due_on")
    values: dict[str, Any] = {name: getattr(details, name) for name in names}
    for i, m in enumerate(details.measures[: EXTRA_MEASURES + 1]):
        suffix = str(i) if i else ""
        values |= {f"figure{suffix}": m.figure, f"baseline{suffix}": m.baseline, f"target{suffix}": m.target}
    for u in details.uses:
        values |= {f"what_{u.kind}": u.what, f"planned_{u.kind}": u.planned}
    return values


class RoundForm(TownForm):
    """When the first round begins and ends."""

    starts_on = DayField(label=_("計測を始める日"))
    ends_on = DayField(label=_("計測を終える日"))


class DecideForm(TownForm):
    """続ける／直す／やめる."""

    decision = forms.ChoiceField(
        label=_("この取組を"), choices=Round.Decision.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}))
    learned = forms.CharField(
        label=_("学んだこと"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}),
        help_text=_("「やめる」のときは必ず書いてください。やめて学んだことは、よい結果です。"),
    )
    next_ends_on = DayField(label=_("次の計測を終える日"), required=False)
    declared_source = forms.CharField(label=_("自分で測った値の出典"), required=False, max_length=200)

    def __init__(self, *args: Any, unmeasured: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmeasured = unmeasured or []
        for code, label in self.unmeasured:
            field = NumberField(label=label, required=False)
            field.widget.attrs["class"] = "input"
            self.fields[f"declared_{code}"] = field

    def declared_rows(self) -> list[Any]:
        """Inputs for figures that the app cannot give."""
        return [self[f"declared_{code}"] for code, _label in self.unmeasured]

    def declared(self) -> dict[str, Decimal]:
        """Figure → declared value, where one was given."""
        found = {code: self.cleaned_data.get(f"declared_{code}") for code, _label in self.unmeasured}
        return {code: value for code, value in found.items() if value is not None}


class EndingForm(TownForm):
    """When a task ends, who decides, what is said to whom."""

    end_on = DayField(label=_("やめる日"))
    decider = forms.ChoiceField(
        label=_("決められるのはだれですか"), choices=[("", _("選んでください")), *Answer.Decider.choices]
    )
    notice = forms.CharField(
        label=_("知らせる文"),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 4000}),
        help_text=_("何を、いつからやめるか。困ったときはどこに聞けばよいか。"),
    )
    audience = forms.MultipleChoiceField(label=_("知らせる課"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = department_choices()  # type: ignore[attr-defined]


class DecideEndingForm(TownForm):
    """That those who can decide have decided."""

    note = forms.CharField(
        label=_("決定の記録"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 4000}),
        help_text=_("決裁の番号や日付、条件など。"),
    )


class CheckForm(TownForm):
    """Are the hours gone?"""

    method = forms.ChoiceField(label=_("確かめ方"), choices=Ending.Method.choices, widget=forms.RadioSelect)
    hours_after = NumberField(label=_("いま、この仕事にかかっている時間（1年）"))
    check_reason = forms.CharField(
        label=_("理由・数え方"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000})
    )


class UsesForm(TownForm):
    """Hours of each use in a month."""

    month = MonthField(label=_("月"))

    def __init__(self, *args: Any, uses: list[Use], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uses = uses
        for use in uses:
            field = NumberField(label=use.what or use.get_kind_display(), required=False, zero=True)
            field.widget.attrs["class"] = "input"
            self.fields[f"hours_{use.kind}"] = field

    def rows(self) -> list[tuple[Use, Any]]:
        """Each use with its input."""
        return [(use, self[f"hours_{use.kind}"]) for use in self.uses]

    def hours(self) -> dict[str, Decimal]:
        """Use kind → hours."""
        return {use.kind: self.cleaned_data.get(f"hours_{use.kind}") or Decimal(0) for use in self.uses}
