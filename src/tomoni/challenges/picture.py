"""前と後 as the page shows it: two charts that never share an axis, their tables, the formula in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tomoni.challenges import measuring, neighbours
from tomoni.challenges.measuring import Measured
from tomoni.challenges.models import Challenge, Figure, Measure, Round
from tomoni.core import clock
from tomoni.engines.effect import BandChart, Saving, Summary, band_chart
from tomoni.records.worktime.facade import Period

MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of 表で見る. `note` says why there is no figure."""

    label: str
    cases: int | None
    summary: Summary | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its sentence and table. `unit` 日 or 分; `drawing` None where nothing can be drawn."""

    code: str
    title: str
    unit: str
    sentence: str
    reached: str
    alt: str
    drawing: BandChart | None
    rows: list[TableRow]


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state: days in it, minutes at work in it, side by side in a table but never in one number."""

    state: str
    step: str
    stays: int
    still: int
    days: Summary | None
    cases: int
    minutes: Summary | None
    note: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything under 前と後."""

    periods: list[Measured]
    latest: Measured | None
    elapsed: Chart
    active: Chart
    states: list[StateRow]
    saving: Saving | None
    told: list[tuple[str, float]]
    told_hidden: bool
    unmapped: list[str]
    since: date | None
    until: date | None


def periods(challenge: Challenge, rounds: Sequence[Round], *, by_month: bool) -> list[Period]:
    """The rounds that have begun, or the months since the start; the present one ends today."""
    tomorrow = clock.today() + timedelta(days=1)
    begun = [r for r in rounds if r.starts_on < tomorrow]
    if by_month:
        first = begun[0].starts_on if begun else challenge.created_at.astimezone(clock.TOKYO).date()
        return _months(first, tomorrow)
    if not begun:
        first = challenge.created_at.astimezone(clock.TOKYO).date()
        return [Period(_("始める前"), first, tomorrow)]
    return [
        Period(
            _("%(number)s回目") % {"number": r.number},
            r.starts_on,
            min(r.ends_on + timedelta(days=1), tomorrow),
        )
        for r in begun
    ]


def _months(first: date, tomorrow: date) -> list[Period]:
    month, found = first.replace(day=1), []
    while month < tomorrow:
        following = (month + timedelta(days=32)).replace(day=1)
        found.append(Period(_("%(month)s月") % {"month": month.month}, month, min(following, tomorrow)))
        month = following
    return found[-MOST_MONTHS:]


def picture(
    challenge: Challenge,
    rounds: Sequence[Round],
    measures: Sequence[Measure],
    subject: neighbours.Subject | None,
    *,
    by_month: bool = False,
) -> Picture:
    """Measure and arrange. A bounded number of queries, however many rounds."""
    found = measuring.measure_all(challenge, periods(challenge, rounds, by_month=by_month))
    by_figure = {m.figure: m for m in measures}
    latest = found[-1] if found else None
    survey = subject.minutes if subject and subject.cases else None
    mapped = set(neighbours.state_steps(challenge.app_code).values()) if challenge.app_code else set()
    steps = subject.steps if subject and mapped else ()
    effect = latest.effect if latest else None
    return Picture(
        periods=found,
        latest=latest,
        elapsed=_elapsed(found, by_figure.get(Figure.ELAPSED)),
        active=_active(found, by_figure.get(Figure.ACTIVE), survey),
        states=_states(latest),
        saving=measuring.freed(challenge, latest, subject) if latest else None,
        told=_told(latest),
        told_hidden=bool(effect and effect.hidden),
        unmapped=[s.name for s in steps if s.name not in mapped],
        since=found[0].since if found else None,
        until=found[-1].until - timedelta(days=1) if found else None,
    )


def _point(value: float) -> Summary:
    """A single value with no spread: the survey's figure or a baseline told by people."""
    return Summary(0, value, value, value)


def _elapsed(found: Sequence[Measured], measure: Measure | None) -> Chart:
    rows = [
        TableRow(m.label, m.elapsed_cases, m.elapsed, "" if m.elapsed else _few(m.elapsed_cases))
        for m in found
    ]
    baseline = float(measure.baseline) if measure and measure.baseline is not None else None
    if baseline is not None:
        rows.insert(0, TableRow(_("取組の前"), None, _point(baseline), _("担当課の申告")))
    return _chart(
        "elapsed", _("経過日数"), pgettext("単位", "日"), _("受け付けてから終わるまで。"), rows, measure
    )


def _active(found: Sequence[Measured], measure: Measure | None, survey: float | None) -> Chart:
    rows = [
        TableRow(
            m.label,
            m.effect.recorded if m.effect else 0,
            m.effect.active if m.effect else None,
            _why(m),
        )
        for m in found
    ]
    if survey is not None:
        rows.insert(0, TableRow(_("業務量調査"), None, _point(survey), _("調査の値（分布はありません）")))
    return _chart(
        "active", _("作業時間"), pgettext("単位", "分"), _("職員が 1件にかけた時間。"), rows, measure
    )


def _few(cases: int) -> str:
    return _("件数が足りません") if cases else _("まだありません")


def _why(m: Measured) -> str:
    """Why a period has no working time."""
    if m.effect is None or (m.effect.active is None and not m.effect.recorded):
        return _("まだありません")
    if m.effect.hidden:
        return _("3人に満たないため出しません")
    return "" if m.effect.active else _("件数が足りません")


def _chart(
    code: str, title: str, unit: str, what: str, rows: list[TableRow], measure: Measure | None
) -> Chart:
    goal = float(measure.target) if measure else None
    known = [r.summary for r in rows if r.summary is not None]
    sentence, reached = what, ""
    words = {"unit": unit}
    if len(known) > 1:
        words |= {"first": f"{known[0].median:,.1f}", "last": f"{known[-1].median:,.1f}"}
        sentence = what + _("%(first)s%(unit)sから %(last)s%(unit)sになりました。") % words
    measured = [s for s in known if s.n]
    if goal is not None and measured:
        rest = measured[-1].median - goal
        reached = (
            _("目標に届きました。")
            if rest <= 0
            else _("目標まで あと %(rest)s%(unit)sです。") % (words | {"rest": f"{rest:,.1f}"})
        )
    alt = "、".join(f"{r.label} {r.summary.median:,.1f}{unit}" for r in rows if r.summary)
    drawing = band_chart([(r.label, r.summary) for r in rows], goal=goal)
    return Chart(code, title, unit, sentence, reached, alt, drawing, rows)


def _states(latest: Measured | None) -> list[StateRow]:
    if latest is None:
        return []
    minutes = {s.state: s for s in latest.effect.states} if latest.effect else {}
    found = []
    for dwell in latest.states:
        work = minutes.get(dwell.state)
        note = ""
        if work is not None and work.summary is None:
            note = _("3人に満たないため出しません") if work.hidden else _("件数が足りません")
        found.append(
            StateRow(
                dwell.state,
                work.step if work else "",
                dwell.ended,
                dwell.still,
                dwell.summary,
                work.cases if work else 0,
                work.summary if work else None,
                note,
            )
        )
    return found


def _told(latest: Measured | None) -> list[tuple[str, float]]:
    """Minutes by telephone, paper and counter of the latest period, with their names."""
    names = {"phone": _("電話"), "paper": _("紙"), "counter": _("窓口"), "other": _("そのほか")}
    told = latest.effect.told if latest and latest.effect else None
    return [(names[kind], minutes) for kind, minutes in (told or {}).items() if minutes]


@dataclass(frozen=True, slots=True)
class UseRow:
    """A use of freed time: planned and reported hours a month, and the bar's widths out of 320."""

    label: str
    planned: float | None
    actual: float | None
    bar: int
    mark: int | None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Uses:
    """生み出した時間の使い道, hours a month. `freed` None where the working time cannot be said."""

    rows: list[UseRow]
    planned: float
    actual: float | None
    freed: float | None
    month: date | None
    over: bool


def _freed(challenge: Challenge, saving: Saving | None) -> float | None:
    """Hours a month set free: by measured working time, or for an ended task by the check of its hours."""
    ending = getattr(challenge, "ending", None)
    if ending is not None:
        if ending.hours_after is None or ending.hours_before is None:
            return None
        return float(ending.hours_before - ending.hours_after) / 12
    return saving.hours / 12 if saving else None


def uses(challenge: Challenge, saving: Saving | None) -> Uses:
    """Planned beside the last reported month, and what of the freed time has no use yet."""
    found = list(challenge.uses.prefetch_related("reports"))
    month = max((r.month for u in found for r in u.reports.all()), default=None)
    actual = {u.pk: next((float(r.hours) for r in u.reports.all() if r.month == month), None) for u in found}
    freed = _freed(challenge, saving)
    spent = sum(h for h in actual.values() if h is not None) if month else None
    rest = freed - (spent or 0.0) if freed is not None else None
    top = max([float(u.planned) for u in found] + [h or 0.0 for h in actual.values()] + [rest or 0.0, 1.0])
    scale = 320 / top
    rows = [
        UseRow(
            u.what or u.get_kind_display(),
            float(u.planned),
            actual[u.pk],
            round((actual[u.pk] or 0.0) * scale),
            round(float(u.planned) * scale),
        )
        for u in found
    ]
    if rest is not None and rest > 0:
        rows.append(UseRow(_("使い道が決まっていない"), None, rest, round(rest * scale), None, open=True))
    planned = sum(float(u.planned) for u in found)
    return Uses(rows, planned, spent, freed, month, rest is not None and rest < 0)
