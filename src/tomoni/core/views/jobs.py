"""The page of one long work: progress, cancel, result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tomoni.core import queries
from tomoni.core.actions.cancel_job import cancel_job
from tomoni.core.models import Job
from tomoni.core.web.guard import actor_of, signed_in

TAGS = {"ready": "new", "running": "doing", "done": "done", "failed": "late", "cancelled": "stop"}


@require_safe
@signed_in
def job(request: HttpRequest, job_id: str) -> HttpResponse:
    """How far it is. A part of the page asks again every two seconds where JavaScript runs."""
    row = queries.job(actor_of(request), job_id)
    part = request.headers.get("HX-Request") == "true"
    response = render(request, "core/parts/job.html" if part else "core/job.html", context_of(row))
    response["Cache-Control"] = "no-store"
    response["Vary"] = "HX-Request"
    return response


def context_of(row: Job) -> dict[str, Any]:
    """What the page shows."""
    result = row.result if isinstance(row.result, dict) else {}
    url = str(result.get("url") or "")
    return {
        "job": row,
        "title": translation.gettext(row.label) if row.label else _("処理"),
        "tag": TAGS[row.state],
        "open": row.state in (Job.State.READY, Job.State.RUNNING),
        "percent": min(100, row.done * 100 // row.total) if row.total else None,
        "result_url": url if url.startswith("/") and not url.startswith("//") else "",
        "message": str(result.get("message") or ""),
    }


@require_POST
@signed_in
def job_cancel(request: HttpRequest, job_id: str) -> HttpResponse:
    """Stop it, then show it."""
    cancel_job(actor=actor_of(request), job=job_id)
    messages.success(request, _("取り消しを受け付けました。"))
    return redirect("core:job", job_id)
