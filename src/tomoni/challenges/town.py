"""The whole town's last week on the home page of the DX office and of heads: four figures, each leads to its list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tomoni.challenges import measuring, neighbours
from tomoni.challenges.models import Challenge, Round
from tomoni.challenges.status import status
from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.registry import Figures, Metric
from tomoni.records.worktime import facade as worktime
from tomoni.records.worktime.facade import Period
from tomoni.ui.templatetags.ui import day, moment

FRESH_SECONDS = 600
MOST = 60


@dataclass(frozen=True, slots=True)
class Week:
    """The measured part: `cases` finished and `minutes` worked on them in `apps` apps; `hidden` apps with fewer
    than three staff, which are left out of the minutes; `freed` hours a month in `proved` challenges."""

    counted_at: datetime
    apps: int = 0
    cases: int = 0
    minutes: float | None = None
    hidden: int = 0
    freed: float | None = None
    proved: int = 0


def town_figures(actor: Actor) -> Figures | None:
    """Cases, working hours and hours set free of last week over all running challenges, and how many run."""
    if not actor.is_staff:
        return None
    today = clock.today()
    rows = list(Challenge.objects.exclude(stage__in=("ended", "done")).select_related("ending"))
    if not rows:
        return None
    monday = today - timedelta(days=today.weekday() + 7)
    week = _week([c for c in rows if c.app_code and c.stage in ("run", "fix")], monday, today)
    listed = reverse("challenges:list")
    running = f"{listed}?state=run"
    unit = pgettext("単位", "時間")
    waiting = any(status(c, today, ending=getattr(c, "ending", None)).tag == "wait" for c in rows)
    return Figures(
        heading=_("市役所全体の先週"),
        metrics=(
            Metric(
                _("終えた"),
                week.cases if week.apps else None,
                _("件"),
                _("計測しているアプリ: %(n)s") % {"n": week.apps} if week.apps else _("まだ計算できません"),
                running,
            ),
            Metric(
                _("作業時間"),
                None if week.minutes is None else week.minutes / 60,
                unit,
                _("3人に満たない%(n)sつは入れていません") % {"n": week.hidden}
                if week.hidden
                else _("操作と、電話・紙の申告の合計"),
                reverse("workload:hours"),
                digits=1,
            ),
            Metric(
                _("生み出した時間"),
                week.freed,
                unit,
                _("1か月あたり。計測した取組: %(n)s") % {"n": week.proved}
                if week.proved
                else _("まだ計算できません"),
                running,
                digits=1,
            ),
            _going(rows, today, listed),
        ),
        source=_(
            "出典: アプリの記録（%(since)s から7日間、%(at)s に集計）。個人ごと、課ごとの値は出しません。"
        )
        % {"since": day(monday), "at": moment(week.counted_at)},
        url=f"{listed}?state=wait" if waiting else listed,
        link=_("決定や確認を待つ取組を見る") if waiting else _("取組の一覧を見る"),
    )


def _going(rows: list[Challenge], today: date, listed: str) -> Metric:
    """How many challenges are under way; of these being ended, and past their day."""
    late = sum(status(c, today, ending=getattr(c, "ending", None)).late for c in rows)
    ending = sum(c.kind == Challenge.Kind.STOP for c in rows)
    notes = [_("やめる取組 %(n)s件") % {"n": ending}] if ending else []
    notes.append(_("期限を過ぎた %(n)s件") % {"n": late} if late else _("遅れはありません"))
    return Metric(_("進んでいる取組"), len(rows), _("件"), _("、").join(notes), listed)


def _week(rows: list[Challenge], monday: date, today: date) -> Week:
    """The measured part, kept for ten minutes: it reads every running app."""
    named = ",".join([today.isoformat(), *(f"{c.pk}/{c.app_code}" for c in rows)])
    key = "challenges-town-week-" + hashlib.sha256(named.encode()).hexdigest()
    found: Week | None = cache.get(key)
    if found is None:
        found = _count(rows[:MOST], monday, today)
        cache.set(key, found, FRESH_SECONDS)
    return found


def _count(rows: list[Challenge], monday: date, today: date) -> Week:
    """Add up the apps: each app once, each challenge's hours by its own round."""
    begins = _rounds(rows, today)
    last_week = Period("", monday, monday + timedelta(days=7))
    cases, minutes, seen, hidden, freed = 0, [], set(), 0, []
    for challenge in rows:
        whole = Period("", begins.get(challenge.pk, monday), today + timedelta(days=1))
        effects = worktime.effects(app=challenge.app_code, periods=[last_week, whole])
        if not effects:
            continue
        if challenge.app_code not in seen:
            seen.add(challenge.app_code)
            cases += effects[0].handled
            hidden += effects[0].hidden
            minutes += [m for m in (effects[0].minutes,) if m is not None and not effects[0].hidden]
        measured = measuring.Measured(whole.since, whole.until, effect=effects[1])
        subject = neighbours.subject(task_id=challenge.task_id, procedure_id=challenge.procedure_id)
        if saved := measuring.freed(challenge, measured, subject):
            freed.append(saved.hours / 12)
    return Week(
        counted_at=clock.now(),
        apps=len(seen),
        cases=cases,
        minutes=sum(minutes) if minutes else None,
        hidden=hidden,
        freed=sum(freed) if freed else None,
        proved=len(freed),
    )


def _rounds(rows: list[Challenge], today: date) -> dict[int, date]:
    """Challenge → the day its newest round began."""
    begun = Round.objects.filter(challenge__in=rows, starts_on__lte=today).order_by("number")
    return dict(begun.values_list("challenge_id", "starts_on"))
