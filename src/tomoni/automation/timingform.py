"""The part of the rule's form about the clock: how often, or how far from a date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tomoni.automation.check import DATES
from tomoni.core.forms import NoIndividualNumber

EVERY = {"day": _("毎日"), "week": _("毎週"), "month": _("毎月"), "year": _("毎年")}
WEEKDAYS = (_("月"), _("火"), _("水"), _("木"), _("金"), _("土"), _("日"))
BUSINESS = {
    "": _("休みの日も行う"),
    "only": _("休みの日は行わない"),
    "next": _("休みの日なら、次の開庁日に行う"),
    "before": _("休みの日なら、前の開庁日に行う"),
}
SIDES = {"before": _("前"), "after": _("後"), "on": _("その日")}


class TimingForm(NoIndividualNumber):
    """Fields of a schedule and of a rule relative to a date; which of them count follows from the trigger."""

    every = forms.ChoiceField(label=_("どのくらいの間を空けて"), choices=list(EVERY.items()), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("曜日（毎週のとき）"), choices=[(str(n), w) for n, w in enumerate(WEEKDAYS)], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    month = forms.IntegerField(label=_("月（毎年のとき）"), min_value=1, max_value=12, required=False)
    day = forms.IntegerField(
        label=_("日（毎月・毎年のとき）"), min_value=1, max_value=31, required=False,
        help_text=_("31と書くと、月の終わりの日です。年度のはじめは4月1日、年度の終わりは3月31日です。"),
    )  # fmt: skip
    once = forms.BooleanField(
        label=_("記録ごとではなく、1回だけ行う"), required=False,
        help_text=_("毎月、点検の記録を1件つくるときなどに使います。選ばなければ、条件に合う記録のすべてに行います。"),
    )  # fmt: skip
    date_field = forms.ChoiceField(label=_("もとにする日付"), required=False)
    days = forms.IntegerField(label=_("何日"), min_value=0, max_value=3650, required=False)
    side = forms.ChoiceField(label=_("前か後か"), choices=list(SIDES.items()), required=False)
    time = forms.TimeField(label=_("時刻"), required=False, help_text=_("例: 09:00"), input_formats=["%H:%M"])
    business = forms.ChoiceField(label=_("休みの日"), choices=list(BUSINESS.items()), required=False)
    on_import = forms.BooleanField(
        label=_("ファイルから取り込んだ記録でも行う"), required=False,
        help_text=_("「登録されたとき」に使います。選ばなければ、取り込みでは動きません。"),
    )  # fmt: skip

    def date_choices(self, schema: Any) -> None:
        """Offer the dates of an app."""
        dated = [(f.code, f.label) for f in schema.fields if f.type in DATES]
        own = [
            (c, gettext("登録した日") if c == "作成日時" else gettext("変更した日"))
            for c in ("作成日時", "更新日時")
        ]
        self.fields["date_field"].choices = [("", gettext("選んでください")), *dated, *own]  # type: ignore[attr-defined]

    def timing(self) -> dict[str, Any]:
        """What was filled in, for the trigger that was chosen; {} for events."""
        data = self.cleaned_data
        at = data.get("time")
        made: dict[str, Any] = {"time": at.strftime("%H:%M") if at else "09:00"}
        if data.get("business"):
            made["business"] = data["business"]
        if data.get("trigger") == "relative":
            days = data.get("days") or 0
            signed = {"before": -days, "on": 0}.get(data.get("side") or "after", days)
            return made | {"field": data.get("date_field", ""), "days": signed}
        if data.get("trigger") != "schedule":
            return {}
        made["every"] = data.get("every") or "day"
        if made["every"] == "week":
            made["weekdays"] = [int(d) for d in data.get("weekdays", ())]
        if made["every"] in ("month", "year"):
            made["day"] = data.get("day") or 1
        if made["every"] == "year":
            made["month"] = data.get("month") or 4
        return made | ({"once": True} if data.get("once") else {})


def first(timing: Mapping[str, Any], on_import: bool) -> dict[str, Any]:
    """Initial values of a stored timing."""
    days = int(timing.get("days") or 0)
    return {
        "every": timing.get("every", "day"),
        "weekdays": [str(d) for d in timing.get("weekdays", ())],
        "month": timing.get("month"),
        "day": timing.get("day"),
        "once": timing.get("once", False),
        "date_field": timing.get("field", ""),
        "days": abs(days) if "field" in timing else None,
        "side": "before" if days < 0 else "after" if days else "on" if "field" in timing else "before",
        "time": timing.get("time", ""),
        "business": timing.get("business", ""),
        "on_import": on_import,
    }


def words(timing: Mapping[str, Any], label: str = "") -> str:
    """A timing in one sentence; `label` is the date field's."""
    at = timing.get("time", "09:00")
    if "field" in timing:
        days = int(timing.get("days") or 0)
        side = gettext("%(n)s日前") if days < 0 else gettext("%(n)s日後") if days else gettext("当日")
        text = gettext("「%(field)s」の%(when)sの%(time)sに") % {
            "field": label,
            "when": side % {"n": abs(days)} if days else side,
            "time": at,
        }
    else:
        every = str(timing.get("every", "day"))
        when = str(EVERY.get(every, every))
        if every == "week":
            when += "・".join(str(WEEKDAYS[d]) for d in timing.get("weekdays", ()) if 0 <= d < 7)
        if every == "year":
            when += gettext("%(n)s月") % {"n": timing.get("month", 4)}
        if every in ("month", "year"):
            day = timing.get("day", 1)
            when += gettext("末日") if day == 31 else gettext("%(n)s日") % {"n": day}
        text = gettext("%(when)sの%(time)sに") % {"when": when, "time": at}
        text += gettext("、1回だけ") if timing.get("once") else gettext("、条件に合う記録ごとに")
    closed = str(BUSINESS.get(timing.get("business", ""), "")) if timing.get("business") else ""
    return f"{text}（{closed}）" if closed else text
