"""All candidates, their factors, and a person's word on them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.calendar import fiscal_label
from tomoni.core.errors import Invalid
from tomoni.people.decorators import right_required
from tomoni.workload.actions.choose_candidate import choose_candidate
from tomoni.workload.queries import hours as reads
from tomoni.workload.views import shown
from tomoni.workload.views.hours import candidate_row

SORTS = ("score", "hours", "saving")


@right_required("workload.view")
def candidates(request: HttpRequest) -> HttpResponse:
    """`/see/hours/candidates/`: the ranking with its factors; `sort` = score, hours, saving."""
    year, available = shown.chosen_year(request)
    if year is None:
        return render(request, "workload/hours_empty.html")
    left_out = request.GET.get("show") == "left"
    ranked = reads.candidates(year, left_out=left_out)
    sort = request.GET.get("sort") if request.GET.get("sort") in SORTS else "score"
    rows = [candidate_row(n, c) for n, c in enumerate(ranked, start=1)]
    if sort != "score":
        field = "hours" if sort == "hours" else "high"
        rows.sort(key=lambda row: -int(str(row[field])))
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    context = {
        "year": year,
        "year_label": fiscal_label(year),
        "years": [(y, fiscal_label(y)) for y in available],
        "page": page,
        "sort": sort,
        "left_out": left_out,
        "may_rank": request.actor.may("workload.rank"),  # type: ignore[attr-defined]
        "sorts": [
            ("score", _("計算した順")),
            ("hours", _("年間時間の多い順")),
            ("saving", _("減る見込みの大きい順")),
        ],
    }
    return render(request, "workload/candidates.html", context)


@right_required("workload.rank")
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Put a candidate first, leave it out, or give it back its calculated place."""
    try:
        choose_candidate(
            actor=request.actor,  # type: ignore[attr-defined]
            task_id=request.POST.get("task_id", ""),
            step=request.POST.get("step", ""),
            choice=request.POST.get("choice", ""),
            reason=request.POST.get("reason", ""),
        )
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("候補の順を変えました。"))
    return redirect("workload:candidates")
