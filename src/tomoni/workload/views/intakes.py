"""Uploading, previewing, confirming and undoing (調査票の取込)."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core import clock
from tomoni.core.calendar import fiscal_label
from tomoni.core.calendar import fiscal_year as calendar_year
from tomoni.core.errors import Conflict, Invalid, NotFound, TooLarge
from tomoni.engines.workload.columns import MONTHS, PAID, SURVEY
from tomoni.engines.workload.kinds import KINDS
from tomoni.people.decorators import right_required
from tomoni.workload import problems, words
from tomoni.workload.actions.decide_intake import confirm_intake, stop_intake, undo_intake
from tomoni.workload.actions.decide_intake import map_columns as map_action
from tomoni.workload.actions.upload_file import upload_file
from tomoni.workload.forms import UploadForm
from tomoni.workload.models import Intake
from tomoni.workload.queries import intakes as reads
from tomoni.workload.samples import SAMPLES, sample_path
from tomoni.workload.views import shown
from tomoni.workload.views.export import csv_response
from tomoni.workload.views.tasks import time_text

PROBLEMS_A_PAGE = 100
TAGS = {
    "reading": "doing",
    "waiting": "wait",
    "storing": "doing",
    "imported": "done",
    "stopped": "stop",
    "undone": "stop",
}


@right_required("workload.import")
def intakes(request: HttpRequest) -> HttpResponse:
    """`/see/intakes/`: what was imported, by whom, and what waits."""
    rows = reads.intakes()
    names = reads.names_for(rows)
    shown_rows = [
        {
            "info": row,
            "year": fiscal_label(row.fiscal_year),
            "css": TAGS[row.state],
            "who": names.get(row.decided_by or row.created_by or 0, ""),
            "hours": (row.minutes + 30) // 60,
        }
        for row in rows
    ]
    return render(request, "workload/intakes.html", {"rows": shown_rows})


@right_required("workload.import")
def new(request: HttpRequest) -> HttpResponse:
    """`/see/intakes/new/`: choose a file; samples and templates to download."""
    kind = "paid" if request.GET.get("kind") == "paid" else "survey"
    form = UploadForm(initial={"kind": kind, "fiscal_year": calendar_year(clock.today()) - 1})
    status = 200
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            made = _upload(request, form)
            if made is not None:
                return redirect("workload:intake", pk=made.pk)
            status = form.failed_status  # type: ignore[attr-defined]
        else:
            status = 422
    context = {
        "form": form,
        "kinds": KINDS,
        "columns": [words.COLUMNS[c] for c in SURVEY if c not in ("path", "hours")],
    }
    return render(request, "workload/intake_new.html", context, status=status)


def _upload(request: HttpRequest, form: UploadForm) -> Intake | None:
    data = form.cleaned_data
    try:
        return upload_file(
            actor=request.actor,  # type: ignore[attr-defined]
            upload=data["file"],
            name=data["file"].name,
            kind=data["kind"],
            title=data["title"],
            fiscal_year=data["fiscal_year"],
        )
    except Invalid as error:
        for field, found in error.errors.items():
            for message in found:
                form.add_error(field if field in form.fields else "file", str(message))
        form.failed_status = error.status  # type: ignore[attr-defined]
    except TooLarge as error:
        form.add_error("file", str(error))
        form.failed_status = error.status  # type: ignore[attr-defined]
    return None


def _row(pk: int) -> Intake:
    found = reads.intake(pk)
    if found is None:
        raise NotFound(_("この取込は見つかりませんでした。"))
    return found


@right_required("workload.import")
def intake(request: HttpRequest, pk: int) -> HttpResponse:
    """`/see/intakes/<id>/`: the preview while it waits, the result afterwards."""
    row = _row(pk)
    context: dict[str, Any] = {"intake": row, "year": fiscal_label(row.fiscal_year), "css": TAGS[row.state]}
    if row.state in (Intake.State.READING, Intake.State.STORING):
        return render(request, "workload/intake_busy.html", context)
    if row.state != Intake.State.WAITING or row.preview is None:
        context["who"] = reads.names_for([row]).get(row.decided_by or 0, "")
        context["hours"] = (row.minutes + 30) // 60
        return render(request, "workload/intake_done.html", context)
    return render(request, "workload/intake.html", context | _preview(request, row))


def _preview(request: HttpRequest, row: Intake) -> dict[str, Any]:
    preview = row.preview or {}
    only = request.GET.get("only") if request.GET.get("only") in ("bad", "note") else ""
    listed = [p for p in preview["problems"] if not only or p["severity"] == only]
    page = Paginator(listed, PROBLEMS_A_PAGE).get_page(request.GET.get("page"))
    vocabulary = list(PAID) if row.kind == Intake.Kind.PAID else [*SURVEY, *MONTHS]
    return {
        "preview": preview,
        "hours": (row.minutes + 30) // 60,
        "columns": [
            c | {"shown": words.column_name(c["code"]) if c["code"] else ""} for c in preview["columns"]
        ],
        "choices": [(code, words.column_name(code)) for code in vocabulary],
        "unknown": sum(not c["code"] for c in preview["columns"]),
        "problems": [_problem(p) for p in page],
        "page": page,
        "only": only,
        "refused": [_problem(p) for p in preview["refused"]],
        "samples": [_sample(s, row.kind) for s in preview["samples"]],
        "groups": [
            (words.GROUPS[g], shown.percent_text(preview.get("groups", {}).get(g, 0), row.minutes))
            for g in shown.GROUPS
        ],
        "used": [(problems.USED[u], n) for u, n in preview.get("used", {}).items()],
        "methods": [(words.METHODS[m], n) for m, n in preview.get("methods", {}).items()],
        "overlapping": reads.overlapping(row, preview["sections"]),
        "same": reads.same_in_force(row),
        "section_count": len(preview["sections"]),
    }


def _problem(problem: dict[str, Any]) -> dict[str, Any]:
    words_, advice = problems.reason(problem["code"], problem["details"])
    return problem | {"reason": words_, "advice": advice}


def _sample(sample: dict[str, Any], kind: str) -> dict[str, Any]:
    made = sample | {"doer": words.DOERS.get(sample["doer"], ""), "hours": f"{sample['minutes'] / 60:,.1f}"}
    if kind == Intake.Kind.SURVEY:
        made |= {
            "kind": words.kind_name(sample["kind"]),
            "each": time_text(sample["each_seconds"]),
            "used": problems.USED[sample["used"]],
            "method": words.METHODS[sample["method"]],
        }
    return made


@right_required("workload.import")
@require_POST
def map_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person's word on the columns and read the file again."""
    mapping = {
        int(name[1:]): value
        for name, value in request.POST.items()
        if re.fullmatch(r"c\d{1,3}", name) and isinstance(value, str)
    }
    try:
        map_action(actor=request.actor, intake=pk, mapping=mapping)  # type: ignore[attr-defined]
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("列を選び直して、読み直しました。"))
    return redirect("workload:intake", pk=pk)


@right_required("workload.import")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """「取り込む」 or 「やめる」."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        if request.POST.get("decision") == "stop":
            stop_intake(actor=actor, intake=pk)
            messages.success(request, _("取り込むのをやめました。何も保存していません。"))
            return redirect("workload:intakes")
        row = confirm_intake(actor=actor, intake=pk)
    except (Conflict, Invalid) as error:
        messages.error(request, str(error))
        return redirect("workload:intake", pk=pk)
    if row.state == Intake.State.IMPORTED:
        messages.success(request, _("%(rows)s 行を取り込みました。") % {"rows": f"{row.good_rows:,}"})
    return redirect("workload:intake", pk=pk)


@right_required("workload.import")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    try:
        undo_intake(actor=request.actor, intake=pk)  # type: ignore[attr-defined]
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("取込を取り消しました。この取込の行は、集計から外れました。"))
    return redirect("workload:intake", pk=pk)


@right_required("workload.import")
def problems_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of lines with their reasons, to be worked through beside the sheet."""
    row = _row(pk)
    if row.preview is None:
        raise NotFound(_("この取込の確認はもう終わっています。"))
    listed = [_problem(p) for p in [*row.preview["refused"], *row.preview["problems"]]]
    rows = [
        [
            p["line"],
            p["column"],
            _("取り込めません") if p["severity"] == "bad" else _("お知らせ"),
            p["reason"],
            p["advice"],
        ]
        for p in listed
    ]
    head = [_("行"), _("列"), _("扱い"), _("理由"), _("どうすればよいか")]
    return csv_response(f"problems-{pk}.csv", head, rows)


@right_required("workload.import")
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """A sample or template file of the package."""
    if name not in SAMPLES:
        raise NotFound(_("このひな形はありません。"))
    answer = HttpResponse(sample_path(name).read_bytes(), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
