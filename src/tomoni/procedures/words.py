"""Words for residents: times of day, states, what comes next and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tomoni.core import calendar, clock
from tomoni.procedures.models import Form


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state as a resident reads it: `kind` is the tag's kind."""

    label: str
    next: str
    kind: str


def time_of_day(moment: datetime) -> str:
    """午前10時12分, 午後2時; 10:12 am in English."""
    local = moment.astimezone(clock.TOKYO)
    hour, minute = local.hour % 12, local.minute
    if get_language() == "en":
        return f"{hour or 12}:{minute:02d} {'am' if local.hour < 12 else 'pm'}"
    text = f"{'午前' if local.hour < 12 else '午後'}{hour}時"
    return text + (f"{minute}分" if minute else "")


def state_words(form: Form, state: str, kind: str) -> StateWords:
    """The form's own words for a state, else plain ones by the state's kind."""
    labels = {
        "new": (_("受け付けました"), _("担当の課が、内容を確かめます。")),
        "doing": (_("内容を確かめています"), _("終わりましたら、お知らせします。")),
        "wait": (_("お返事を待っています"), _("市からの連絡を見て、お返事してください。")),
        "done": (_("終わりました"), _("この手続は終わりました。することはありません。")),
        "stop": (_("取りやめになりました"), _("わからないことは、下の電話番号にお聞きください。")),
    }
    label, following = labels.get(kind, labels["doing"])
    said = form.en.get("status_words") or {} if get_language() == "en" else form.status_words
    own = said.get(state)
    if isinstance(own, dict):
        label, following = str(own.get("label") or label), str(own.get("next") or following)
    return StateWords(label, following, kind)


def gone_words() -> StateWords:
    """Where the record is in the trash: whom to ask. It does not say that the matter was given up."""
    return StateWords(
        _("担当の課にお聞きください"),
        _("この申し込みの今の状況を、この画面では見られません。受付番号を、下の電話番号に伝えてください。"),
        "wait",
    )


def due_date(form: Form, submitted_at: datetime) -> date | None:
    """The day by which the section means to be done (`days` are business days); None when the form promises none."""
    if not form.days:
        return None
    return calendar.add_business_days(submitted_at.astimezone(clock.TOKYO).date(), form.days)
