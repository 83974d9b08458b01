"""The list of tasks and one task (業務)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tomoni.core.calendar import fiscal_label
from tomoni.core.errors import NotFound
from tomoni.engines.workload.totals import hours as whole_hours
from tomoni.people.decorators import right_required
from tomoni.workload import words
from tomoni.workload.problems import USED
from tomoni.workload.queries import tasks as reads
from tomoni.workload.views import shown


@right_required("workload.view")
def tasks(request: HttpRequest) -> HttpResponse:
    """`/see/tasks/`: search tasks by name, section, class or id."""
    year, available = shown.chosen_year(request)
    if year is None:
        return render(request, "workload/hours_empty.html")
    query = request.GET.get("q", "")[:200]
    found = reads.tasks(query, fiscal_year=year, limit=None)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    measured = reads.measured_ids()
    rows = [{"info": t, "hours": whole_hours(t.minutes), "measured": t.task_id in measured} for t in page]
    context = {
        "year": year,
        "year_label": fiscal_label(year),
        "years": [(y, fiscal_label(y)) for y in available],
        "page": page,
        "rows": rows,
        "q": query,
    }
    return render(request, "workload/tasks.html", context)


def time_text(seconds: int | None) -> str:
    """Seconds of one case as 「8分」, 「7.5分」, 「2時間5分」; "" for none."""
    if seconds is None:
        return ""
    if seconds >= 3600:
        rest = seconds % 3600 // 60
        return (
            _("%(hours)s時間%(minutes)s分") % {"hours": seconds // 3600, "minutes": rest}
            if rest
            else _("%(hours)s時間") % {"hours": seconds // 3600}
        )
    minutes = f"{seconds / 60:.1f}".removesuffix(".0")
    return _("%(minutes)s分") % {"minutes": minutes}


def _step(step: reads.StepInfo) -> dict[str, Any]:
    """A step with its formula in words."""
    if step.used == "count" and step.count is not None:
        formula = _("%(count)s件 × %(each)s") % {
            "count": f"{step.count:,}",
            "each": time_text(step.each_seconds),
        }
    else:
        formula = str(USED.get(step.used, ""))
    return {
        "info": step,
        "kind": words.kind_name(step.kind),
        "doer": words.DOERS.get(step.doer, step.doer),
        "method": words.METHODS.get(step.method, step.method),
        "routine": words.ROUTINES.get(step.routine, ""),
        "basis": words.BASES.get(step.basis, ""),
        "confidence": words.CONFIDENCES.get(step.confidence, ""),
        "hours": f"{step.minutes / 60:,.1f}",
        "formula": formula,
        "other_hours": f"{step.other_minutes / 60:,.1f}"
        if step.other_minutes is not None and step.other_minutes != step.minutes
        else "",
    }


def _surveyed(task: reads.TaskInfo, kind: str) -> int | None:
    """Surveyed seconds of one case for a kind of work; None when a step of it has no time of one case."""
    found = [s.each_seconds for s in task.steps if s.kind == kind]
    return sum(s for s in found if s is not None) if found and None not in found else None


def _measured(task: reads.TaskInfo, row: reads.MeasuredInfo) -> dict[str, Any]:
    """A measurement beside the survey, with the yearly hours it would mean at the survey's count."""
    before, after, count = task.each_seconds, row.each_seconds, task.count
    yearly = f"{count * after / 3600:,.1f}" if after is not None and count else ""
    return {
        "info": row,
        "each": time_text(after),
        "before": time_text(before),
        "yearly": yearly,
        "count": count,
        "hours": f"{row.active_minutes / 60:,.1f}" if row.active_minutes is not None else "",
        "steps": [
            (words.kind_name(k), time_text(_surveyed(task, k)), time_text(v)) for k, v in row.by_step.items()
        ],
        "last": row.until - timedelta(days=1),
    }


@right_required("workload.view")
def task(request: HttpRequest, task_id: str) -> HttpResponse:
    """`/see/tasks/<task_id>/`: steps, hours with their formula, measured figures, the way to a review."""
    given = request.GET.get("year", "")
    found = reads.task(task_id, int(given) if given.isdecimal() and len(given) == 4 else None)
    if found is None:
        raise NotFound(_("この業務は、業務量調査にありません。"))
    context = {
        "task": found,
        "year_label": fiscal_label(found.fiscal_year),
        "years": [(y, fiscal_label(y)) for y in found.years],
        "hours": f"{found.minutes / 60:,.1f}",
        "each": time_text(found.each_seconds),
        "steps": [_step(s) for s in found.steps],
        "measured": [_measured(found, m) for m in found.measured],
        "methods": _("、").join(str(words.METHODS[m]) for m in found.methods),
        "confidences": _("、").join(str(words.CONFIDENCES[c]) for c in found.confidences),
    }
    return render(request, "workload/task.html", context)
