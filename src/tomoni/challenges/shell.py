"""What the shell shows of this room: what waits today, what changed, what the search box finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tomoni.challenges import measuring, neighbours, queries, story
from tomoni.challenges.access import DECIDE, EDIT
from tomoni.challenges.models import Challenge, Happening
from tomoni.challenges.status import status
from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.registry import Change, Figures, Metric, Waiting
from tomoni.records.worktime.facade import Period
from tomoni.ui.templatetags.ui import day

MANY = 20


def today(actor: Actor) -> Iterator[Waiting]:
    """Challenges that wait for this person: own ones that are due, and for deciders those to decide. One query."""
    if not actor.is_staff or not actor.may(EDIT):
        return
    today_ = clock.today()
    mine = Q(owner_id=actor.id) & (Q(stage="prepare", due_on__lte=today_) | Q(next_on__lte=today_))
    if actor.may(DECIDE):
        mine |= queries.waiting(today_)
    rows = Challenge.objects.exclude(stage__in=("ended", "done")).filter(mine).select_related("ending")
    for c in rows.order_by("next_on", "pk")[:MANY]:
        now = status(c, today_, ending=getattr(c, "ending", None))
        due = datetime.combine(now.due, time(17, 15), clock.TOKYO) if now.due else None
        yield Waiting(
            title=c.title,
            url=reverse("challenges:challenge", args=[c.pk]),
            note=_("取組・%(kind)s") % {"kind": c.get_kind_display()},
            state="late" if now.late else now.tag,
            state_label=now.label,
            due=due,
            verb=_("決める") if now.tag == "wait" else _("進める"),
        )


def changes(actor: Actor, since: datetime) -> Iterator[Change]:
    """What happened in challenges since a time. One query."""
    if not actor.is_staff:
        return
    rows = Happening.objects.filter(at__gt=since).exclude(actor_id=actor.id).select_related("challenge")
    if not actor.may("challenge.edit_all"):
        rows = rows.filter(
            Q(challenge__owner_id=actor.id) | Q(challenge__department_id__in=actor.departments)
        )
    for h in rows[:MANY]:
        sentence = _("取組「%(title)s」: %(what)s") % {
            "title": h.challenge.title,
            "what": story.words(h.kind, h.data),
        }
        yield Change(at=h.at, text=sentence, url=reverse("challenges:challenge", args=[h.challenge_id]))


def search(actor: Actor, asked: str) -> Iterator[tuple[str, str, str]]:
    """Challenges whose title or hypothesis holds the words."""
    if not actor.is_staff:
        return
    for row in queries.challenges(actor=actor, filters=queries.Filters(q=asked[:100]), limit=10).rows:
        yield (
            row.title,
            reverse("challenges:challenge", args=[row.pk]),
            _("取組・%(state)s") % {"state": row.status.label},
        )


def section_figures(actor: Actor) -> Figures | None:
    """The own section's last week in its newest running challenge: cases done, minutes of one, hours set free."""
    rows = Challenge.objects.filter(stage__in=("run", "fix"), department_id__in=actor.departments)
    found = rows.exclude(app_code="").order_by("-pk").first()
    if found is None:
        return None
    monday = clock.today() - timedelta(days=clock.today().weekday() + 7)
    this = found.rounds.filter(starts_on__lte=clock.today()).last()
    begin = this.starts_on if this else monday
    week = Period("", monday, monday + timedelta(days=7))
    last, whole = measuring.measure_all(found, [week, Period("", begin, clock.today() + timedelta(days=1))])
    subject = neighbours.subject(task_id=found.task_id, procedure_id=found.procedure_id)
    freed = measuring.freed(found, whole, subject)
    url = reverse("challenges:challenge", args=[found.pk])
    return Figures(
        heading=_("先週の「%(app)s」") % {"app": neighbours.app_name(found.app_code)},
        metrics=(
            Metric(_("終えた"), last.effect.handled if last.effect else None, _("件")),
            Metric(
                _("終わるまでの日数（中央値）"),
                last.elapsed.median if last.elapsed else None,
                pgettext("単位", "日"),
                "" if last.elapsed else _("件数が足りません"),
                digits=1,
            ),
            _minutes(last, whole),
            Metric(
                _("生み出した時間"),
                freed.hours / 12 if freed else None,
                pgettext("単位", "時間"),
                _("1か月あたり。今回の計測から") if freed else _("まだ計算できません"),
                digits=1,
            ),
        ),
        source=_(
            "出典: アプリの記録（%(since)s から7日間）。作業時間は操作と電話・紙の申告の合計です。個人ごとの値は出しません。"
        )
        % {"since": day(monday)},
        url=url,
        link=found.title,
    )


def _minutes(last: measuring.Measured, whole: measuring.Measured) -> Metric:
    """Minutes of a case last week, with the round's beside it; hidden under three staff."""
    active = last.effect.active if last.effect else None
    note = ""
    if active is None:
        hidden = last.effect is not None and last.effect.hidden
        note = _("3人に満たないため出しません") if hidden else _("件数が足りません")
    elif whole.effect is not None and whole.effect.active is not None:
        note = _("今回の計測では %(minutes)s分") % {"minutes": f"{whole.effect.active.median:,.1f}"}
    unit = pgettext("単位", "分")
    return Metric(_("1件の作業時間（中央値）"), active.median if active else None, unit, note, digits=1)
