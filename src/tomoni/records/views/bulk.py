"""What is done to the rows picked in a list: one by one through the same actions, with a report of what failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tomoni.core.errors import TomoniError
from tomoni.people.decorators import staff_required
from tomoni.records import facade
from tomoni.records.views.common import Inside, address, enter, safe_back

MOST = 200


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that could not be handled, and why in words."""

    id: int
    text: str


@staff_required
@require_POST
def bulk(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/bulk/`."""
    inside = enter(request, code, "view")
    back = safe_back(request, address("list", inside.app))
    ids = [int(v) for v in request.POST.getlist("id")[:MOST] if v.isascii() and v.isdigit() and len(v) < 19]
    if not ids:
        messages.warning(request, _("記録が選ばれていません。左の四角に印を付けてから押してください。"))
        return redirect(back)
    work = _work(request, inside)
    if work is None:
        messages.warning(request, _("進める処理を選んでから押してください。"))
        return redirect(back)
    done, failures = _each(dict.fromkeys(ids), work)
    summary = ngettext("%(n)s件を処理しました。", "%(n)s件を処理しました。", done) % {"n": done}
    if not failures:
        messages.success(request, summary)
        return redirect(back)
    summary += ngettext(
        "%(n)s件は処理できませんでした。", "%(n)s件は処理できませんでした。", len(failures)
    ) % {"n": len(failures)}
    return render(
        request,
        "records/bulk_result.html",
        inside.context(request, summary=summary, failures=failures, back=back),
    )


def _work(request: HttpRequest, inside: Inside) -> Callable[[int], object] | None:
    app, actor = inside.app.code, inside.actor
    if request.POST.get("_do") == "delete":
        return lambda pk: facade.delete_record(actor=actor, app=app, record=pk)
    name = request.POST.get("_action", "")
    if request.POST.get("_do") != "advance" or name not in {a.name for a in inside.app.actions}:
        return None
    return lambda pk: facade.run_action(actor=actor, app=app, record=pk, action=name)


def _each(ids: dict[int, None], work: Callable[[int], object]) -> tuple[int, list[Failure]]:
    done, failures = 0, []
    for pk in ids:
        try:
            work(pk)
            done += 1
        except TomoniError as error:
            failures.append(Failure(pk, str(error)))
        except PermissionDenied:
            failures.append(Failure(pk, _("この記録を処理する権限がありません。")))
    return done, failures
