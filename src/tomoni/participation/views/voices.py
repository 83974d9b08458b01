"""住民の声: answers by task, with the way to the challenge they belong to."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tomoni.core import clock
from tomoni.core.errors import NotFound
from tomoni.participation import queries
from tomoni.people.decorators import right_required, staff_required
from tomoni.records import facade as records
from tomoni.ui.views import rooms

PERIODS = {"30": (30, _("30日")), "90": (90, _("90日")), "365": (365, _("1年")), "all": (0, _("すべて"))}
RECENT_DAYS = 90
CHOICES = [(value, label) for value, (_days, label) in PERIODS.items()]


@require_safe
@staff_required
def landing(request: HttpRequest) -> HttpResponse:
    """The room at one look: answers of the last 90 days and the newest voices; then what can be done here."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("participation.view"):
        return rooms.landing(request, "together")
    found = queries.overview(actor=actor, since=clock.now() - timedelta(days=RECENT_DAYS))
    shown = bars(found.summary)
    good = sum(bar["share"] for bar in shown if bar["score"] >= 4)
    extra = {"summary": found.summary, "newest": found.newest, "good": good if shown else None}
    return rooms.landing(request, "together", template="participation/together.html", **extra)


@require_safe
@right_required("participation.view")
def index(request: HttpRequest) -> HttpResponse:
    """Tasks with answers: number, mean, distribution."""
    period, since = _period(request)
    actor = request.actor  # type: ignore[attr-defined]
    names = {app.code: app.name for app in records.apps(actor=actor)}
    rows = [
        {
            "row": row,
            "name": names.get(row.app_code, row.app_code),
            "bars": bars(row.summary),
            "good": sum(bar["share"] for bar in bars(row.summary) if bar["score"] >= 4),
        }
        for row in queries.by_task(actor=actor, since=since)
    ]
    return render(request, "participation/voices.html", {"rows": rows, "period": period, "periods": CHOICES})


@require_safe
@right_required("participation.view")
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """One task: figures and what people wrote."""
    period, since = _period(request)
    actor = request.actor  # type: ignore[attr-defined]
    found = [row for row in queries.by_task(actor=actor) if row.key == key]
    if not found:
        raise NotFound
    row = found[0]
    task_id, app = row.task_id, "" if row.task_id else row.app_code
    names = {app.code: app.name for app in records.apps(actor=actor)}
    summary = queries.summary(task_id=task_id or None, app=app or None, since=since)
    context = {
        "row": row,
        "name": names.get(row.app_code, row.app_code),
        "summary": summary,
        "bars": bars(summary),
        "texts": queries.texts(actor=actor, task_id=task_id, app=app, since=since),
        "period": period,
        "periods": CHOICES,
    }
    return render(request, "participation/voice.html", context)


def bars(summary: queries.AnswerSummary) -> list[dict[str, float | int]]:
    """The distribution as bars 0–100 wide, best score first; empty while it is hidden."""
    if summary.distribution is None or not summary.count:
        return []
    return [
        {"score": s, "n": n, "width": round(100 * n / summary.count, 1), "share": n / summary.count}
        for s, n in sorted(summary.distribution.items(), reverse=True)
    ]


def _period(request: HttpRequest) -> tuple[str, datetime | None]:
    """The period asked for; the last 90 days unless told."""
    period = request.GET.get("period", "90")
    if period not in PERIODS:
        period = "90"
    days, _label = PERIODS[period]
    return period, clock.now() - timedelta(days=days) if days else None
