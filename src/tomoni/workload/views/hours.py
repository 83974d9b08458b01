"""The work map (仕事の時間), a section of it, and how the figures are made."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tomoni.core.calendar import fiscal_label
from tomoni.core.errors import NotFound
from tomoni.engines.workload.kinds import KINDS, OUTSIDE
from tomoni.engines.workload.totals import Coverage
from tomoni.engines.workload.totals import hours as whole_hours
from tomoni.people.decorators import right_required
from tomoni.ui.views.rooms import landing
from tomoni.workload import words
from tomoni.workload.queries import hours as reads
from tomoni.workload.views import shown

SHOWN_CANDIDATES = 5


def index(request: HttpRequest) -> HttpResponse:
    """`/see/`: the room's doors."""
    return landing(request, "see")


@right_required("workload.view")
def hours(request: HttpRequest) -> HttpResponse:
    """`/see/hours/`: hours by section and kind of work, shares, coverage, candidates."""
    year, available = shown.chosen_year(request)
    if year is None:
        return render(request, "workload/hours_empty.html")
    found = reads.hours_map(year)
    every = request.GET.get("kinds") == "all"
    groups = shown.columns(every)
    ranked = reads.candidates(year)
    whole = found.map
    context = {
        "year": year,
        "year_label": fiscal_label(year),
        "years": [(y, fiscal_label(y)) for y in available],
        "every": every,
        "headline": shown.headline(whole),
        "bars": shown.share_bar(whole),
        "groups": groups,
        "width": sum(len(g["columns"]) for g in groups),
        "key": shown.steps_text(whole),
        "rows": shown.heat_rows(whole, groups),
        "totals": shown.total_cells(whole, groups),
        "hours": whole_hours(whole.minutes),
        "coverage": shown.coverage_text(whole.coverage, 1),
        "coverage_known": whole.coverage.permille is not None,
        "coverage_low": whole.coverage.low,
        "coverage_over": whole.coverage.over,
        "surveyed_hours": whole_hours(whole.coverage.surveyed),
        "paid_hours": whole_hours(whole.coverage.paid or 0),
        "unseen": _unseen(whole.coverage),
        "left_over": whole.paid_without_survey,
        "any_low": any(s.coverage.low for s in whole.sections),
        "any_over": any(s.coverage.over for s in whole.sections),
        "outside_hours": whole_hours(sum(m for d, m in whole.by_doer.items() if d in OUTSIDE)),
        "sources": found.sources,
        "methods": shown.method_shares(dict(whole.by_method)),
        "task_count": found.tasks,
        "candidates": [_candidate(n, c) for n, c in enumerate(ranked[:SHOWN_CANDIDATES], start=1)],
        "candidate_count": len(ranked),
    }
    return render(request, "workload/hours.html", context)


def _unseen(coverage: Coverage) -> str:
    """What is not seen, in per cent; "" when it is unknown or nothing."""
    value = coverage.permille
    if value is None or value >= 1000:
        return ""
    return f"{(1000 - value) // 10}.{(1000 - value) % 10}%"


def _candidate(number: int, ranked: reads.RankedCandidate) -> dict[str, object]:
    """A candidate as a table row."""
    candidate = ranked.candidate
    return {
        "number": number,
        "task_id": candidate.step.task_id,
        "section": candidate.step.section,
        "task": candidate.step.task,
        "step": candidate.step.step,
        "kind": words.kind_short(candidate.step.kind),
        "hours": whole_hours(candidate.step.minutes),
        "low": candidate.low_hours,
        "high": candidate.high_hours,
        "reason": words.reason(candidate.reasons),
        "reasons": words.reasons(candidate.reasons),
        "factors": [(words.FACTORS[name], value) for name, value in candidate.factors],
        "score": candidate.score,
        "choice": ranked.choice,
        "choice_reason": ranked.reason,
        "measured": ranked.measured,
    }


candidate_row = _candidate


@right_required("workload.view")
def section(request: HttpRequest, key: str) -> HttpResponse:
    """`/see/hours/sections/<key>/`: one section, its kinds of work and its tasks."""
    year, available = shown.chosen_year(request)
    found = reads.section_page(year, key) if year is not None else None
    if found is None or year is None:
        raise NotFound(_("この課は、選んだ年度の業務量調査にありません。"))
    totals = found.totals
    measured = reads.measured_ids()
    kinds = sorted(((k, totals.by_kind.get(k.code, 0)) for k in KINDS), key=lambda item: -item[1])
    context = {
        "year": year,
        "year_label": fiscal_label(year),
        "years": [(y, fiscal_label(y)) for y in available],
        "totals": totals,
        "hours": whole_hours(totals.minutes),
        "coverage": shown.coverage_text(totals.coverage),
        "coverage_known": totals.coverage.permille is not None,
        "low": totals.coverage.low,
        "over": totals.coverage.over,
        "paid_hours": whole_hours(totals.coverage.paid or 0),
        "groups": [
            (
                words.GROUPS[g],
                shown.percent_text(totals.group(g), totals.minutes),
                whole_hours(totals.group(g)),
            )
            for g in shown.GROUPS
        ],
        "kinds": [
            (
                words.kind_name(k.code),
                words.GROUPS[k.group],
                whole_hours(m),
                shown.percent_text(m, totals.minutes),
            )
            for k, m in kinds
            if m
        ],
        "tasks": [
            {
                "info": t,
                "hours": whole_hours(t.minutes),
                "methods": _("、").join(str(words.METHODS[m]) for m in t.methods),
                "confidences": _("、").join(str(words.CONFIDENCES[c]) for c in t.confidences),
                "measured": t.task_id in measured,
            }
            for t in found.tasks
        ],
        "methods": shown.method_shares(found.methods),
        "doers": [
            (words.DOERS[d], whole_hours(m)) for d, m in sorted(found.doers.items(), key=lambda i: -i[1])
        ],
    }
    return render(request, "workload/section.html", context)


@right_required("workload.view")
def how(request: HttpRequest) -> HttpResponse:
    """`/see/hours/how/`: how hours, coverage and candidates are made, in words."""
    kinds = [
        (words.GROUPS[g], _("、").join(words.kind_name(k.code) for k in KINDS if k.group == g))
        for g in shown.GROUPS
    ]
    return render(request, "workload/how.html", {"kinds": kinds})
