"""Checks that several actions share. Each raises `Invalid` in words, keyed by the input they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from tomoni.challenges.models import Answer, Challenge, Figure, Question, Use
from tomoni.core import clock, privacy
from tomoni.core.errors import Invalid
from tomoni.people import facade as people

LONG, SHORT = 4000, 200
MOST_HOURS = Decimal(10_000_000)
ECRS = (Question.ELIMINATE, Question.COMBINE, Question.REARRANGE, Question.SIMPLIFY)


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """A condition: the figure, its value before, the value aimed at."""

    figure: str
    target: Decimal
    baseline: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UseSpec:
    """A use of freed time: planned hours a month."""

    kind: str
    what: str
    planned: Decimal


@dataclass(frozen=True, slots=True)
class Details:
    """What people write about a challenge."""

    title: str
    kind: str
    owner_id: int | None
    department_id: int | None
    hypothesis: str
    due_on: date
    measures: Sequence[MeasureSpec] = field(default_factory=tuple)
    uses: Sequence[UseSpec] = field(default_factory=tuple)


def text(name: str, value: str, *, longest: int = LONG, required: bool = True) -> str:
    """Trimmed text without control characters that a database cannot keep."""
    value = value.replace("\x00", "").replace("\r\n", "\n").strip()
    if required and not value:
        raise Invalid({name: [_("ここを書いてください。")]})
    if len(value) > longest:
        raise Invalid({name: [_("%(n)s文字までで書いてください。") % {"n": longest}]})
    privacy.refuse_individual_numbers(**{name: value})
    return value


def expected_hours(decision: str, low: Decimal, mid: Decimal, high: Decimal, limit: Decimal | None) -> None:
    """0 ≤ low ≤ mid ≤ high ≤ the task's surveyed hours; something to expect where it is done."""
    if decision == Answer.Decision.NOT and (low or mid or high):
        raise Invalid({"mid": [_("「しない」ときは、減る時間を 0 にしてください。")]})
    if min(low, mid, high) < 0 or high > MOST_HOURS:
        raise Invalid({"mid": [_("減る時間は 0 以上の数で入力してください。")]})
    if not low <= mid <= high:
        raise Invalid({"mid": [_("少なめ ≦ ふつう ≦ 多め の順になるように入力してください。")]})
    if limit is not None and high > limit:
        raise Invalid(
            {"high": [_("多めの見込みが、調査の %(hours)s時間を超えています。") % {"hours": f"{limit:,.1f}"}]}
        )
    if decision == Answer.Decision.DO and high == 0:
        raise Invalid({"mid": [_("「する」ときは、減る見込みの時間を入力してください。")]})


def check_details(details: Details, *, new: bool) -> None:
    """Everything people wrote, checked together so that they see every mistake at once."""
    errors: dict[str, list[str]] = {}
    _collect(errors, lambda: text("title", details.title, longest=SHORT))
    _collect(errors, lambda: text("hypothesis", details.hypothesis))
    if details.kind not in Challenge.Kind.values:
        errors["kind"] = [_("つくる、やめる、順や分担を変える から選んでください。")]
    if new and details.due_on < clock.today():
        errors["due_on"] = [_("期限は今日よりあとの日にしてください。")]
    staff = get_user_model().objects.filter(pk=details.owner_id or 0, is_active=True, kind="staff")
    if not staff.exists():
        errors["owner_id"] = [_("担当する人を選んでください。")]
    if details.department_id not in people.department_names():
        errors["department_id"] = [_("担当する課を選んでください。")]
    _check_measures(details, errors)
    _check_uses(details, errors)
    if errors:
        raise Invalid(errors)


def _collect(errors: dict[str, list[str]], check: object) -> None:
    try:
        check()  # type: ignore[operator]
    except Invalid as error:
        errors.update(error.errors)


def _check_measures(details: Details, errors: dict[str, list[str]]) -> None:
    figures = [m.figure for m in details.measures]
    if not figures:
        errors["measure"] = [_("何で測るかと、目標の値を決めてください。")]
    elif len(set(figures)) != len(figures):
        errors["measure"] = [_("同じ数字を2回は選べません。")]
    elif any(f not in Figure.values for f in figures):
        errors["measure"] = [_("何で測るかを選んでください。")]
    for m in details.measures:
        values = [m.target] + ([m.baseline] if m.baseline is not None else [])
        if any(v < 0 or v > MOST_HOURS for v in values):
            errors["measure"] = [_("値は 0 以上の数で入力してください。")]
        if m.figure == Figure.SCORE and any(not 1 <= v <= 5 for v in values):
            errors["measure"] = [_("住民の評価は 1 から 5 までの値です。")]


def _check_uses(details: Details, errors: dict[str, list[str]]) -> None:
    planned = [u for u in details.uses if u.planned > 0]
    if not planned:
        errors["uses"] = [_("生み出した時間を何に使うか、1つは決めてください。")]
    if any(u.kind not in Use.Kind.values or u.planned < 0 or u.planned > 99_999 for u in details.uses):
        errors["uses"] = [_("使い道の時間は 0 以上の数で入力してください。")]
    if any(len(u.what) > SHORT for u in details.uses):
        errors["uses"] = [_("%(n)s文字までで書いてください。") % {"n": SHORT}]
    for u in details.uses:
        errors |= privacy.individual_number_errors({"uses": u.what})
