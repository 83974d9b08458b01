"""What is left of a task that was stopped, as far as the program knows it: a newer survey, or 作業時間 since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from tomoni.challenges import neighbours
from tomoni.challenges.models import Challenge, Ending
from tomoni.core import calendar, clock
from tomoni.core.actor import Actor
from tomoni.records.worktime import facade as worktime

YEAR = 365


@dataclass(frozen=True, slots=True)
class Remaining:
    """Hours a year that are left, how they are known, and the words that say where from and by which formula."""

    hours: Decimal
    method: str
    words: str


def remaining(*, actor: Actor, challenge: Challenge, ending: Ending) -> Remaining | None:
    """The figure to propose at the check, never more than a proposal; None where nothing newer is known.

    A survey of a fiscal year that began after the last day comes first, then the measured working time of the task's
    apps since the last day, taken to a year. Figures of fewer than three staff stay hidden and are not proposed.
    """
    return _surveyed(challenge, ending) or _measured(actor, challenge, ending)


def _surveyed(challenge: Challenge, ending: Ending) -> Remaining | None:
    subject = neighbours.subject(task_id=challenge.task_id) if challenge.task_id else None
    if subject is None or subject.hours is None or subject.fiscal_year is None:
        return None
    if subject.fiscal_year <= calendar.fiscal_year(ending.end_on):
        return None
    words = _("%(source)sで、この業務は 1年 %(hours)s時間です。") % {
        "source": subject.source,
        "hours": f"{subject.hours:,.1f}",
    }
    return Remaining(subject.hours, Ending.Method.SURVEY, words)


def _measured(actor: Actor, challenge: Challenge, ending: Ending) -> Remaining | None:
    since, until = ending.end_on + timedelta(days=1), clock.today() + timedelta(days=1)
    days = (until - since).days
    codes = {tool.code for tool in neighbours.apps(actor=actor, task_id=challenge.task_id) if tool.fits}
    codes |= {challenge.app_code} if challenge.app_code else set()
    if not codes or days < 1:
        return None
    period = worktime.Period("", since, until)
    found = [e for code in sorted(codes) for e in worktime.effects(app=code, periods=[period])]
    if any(e.hidden for e in found) or not any(e.recorded for e in found):
        return None
    # Cases without any recorded time are taken to be like the others.
    minutes = sum((e.minutes or 0.0) * e.handled / e.recorded for e in found if e.recorded)
    hours = Decimal(str(round(minutes / 60 * YEAR / days, 1)))
    words = _(
        "%(since)sから %(days)s日間の作業時間（画面と電話など）は %(minutes)s分です。"
        "1年にすると、%(minutes)s分 ÷ 60 × %(year)s日 ÷ %(days)s日 ＝ %(hours)s時間です。"
    ) % {
        "since": calendar.format_day(since),
        "days": days,
        "minutes": f"{minutes:,.0f}",
        "year": YEAR,
        "hours": f"{hours:,.1f}",
    }
    return Remaining(hours, Ending.Method.MEASURED, words)
