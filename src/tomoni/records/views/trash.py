"""The trash of records: into it, out of it, what lies in it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Invalid
from tomoni.people import facade as people
from tomoni.people.decorators import staff_required
from tomoni.records import facade, uses
from tomoni.records.actions.empty_trash import days_of, empty_trash, waiting
from tomoni.records.query.find import find
from tomoni.records.record import Record
from tomoni.records.views.common import Inside, address, enter
from tomoni.records.views.present import Presenter


@staff_required
def trash(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/trash/`."""
    inside = enter(request, code, "delete")
    page = find(
        inside.actor,
        inside.app,
        "order by 更新日時 desc",
        limit=100,
        after=request.GET.get("after", "")[:500] or None,
        count=False,
        trashed=True,
    )
    presenter = Presenter(inside.app).load(page.records)
    deleters = _deleted_by(inside, page.records)
    who = people.display_names(set(deleters.values()))
    by = {pk: who.get(user, "") for pk, user in deleters.items()}
    days = days_of(inside.app)
    rows = [
        {
            "id": r.id, "number": r.number, "title": presenter.title(r), "deleted_at": r.deleted_at,
            "who": by.get(r.id, ""), "until": r.deleted_at + timedelta(days=days) if days and r.deleted_at else None,
        }
        for r in page.records
    ]  # fmt: skip
    next_url = address("trash", inside.app, after=page.next) if page.next else ""
    context = inside.context(request, "trash", rows=rows, next_url=next_url, days=days)
    return render(request, "records/trash.html", context)


def _deleted_by(inside: Inside, records: list[Record]) -> dict[int, int]:
    """Who put each record into the trash."""
    rows = waiting(inside.app).filter(pk__in=[r.id for r in records], deleted_by__isnull=False)
    return dict(rows.values_list("pk", "deleted_by"))


@staff_required
@require_POST
def empty(request: HttpRequest, code: str) -> HttpResponse:
    """「ごみ箱を空にする」: at most 2,000 records a press."""
    inside = enter(request, code, "manage")
    erased = kept = after = 0
    for _round in range(10):
        done, left, last = empty_trash(actor=inside.actor, app=code, after=after)
        erased, kept = erased + done, kept + left
        if last == after:
            break
        after = last
    messages.success(request, _("%(n)s件を完全に消しました。") % {"n": f"{erased:,}"})
    if kept:
        messages.warning(request, _("凍結されている%(n)s件は残しました。") % {"n": f"{kept:,}"})
    return redirect("records:trash", code)


@staff_required
@require_POST
def delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Put one record into the trash; asked back first where another room relies on it (a resident's submission)."""
    inside = enter(request, code)
    if request.POST.get("sure") != "yes" and (warnings := uses.of_record(code, pk)):
        facade.get(actor=inside.actor, app=code, record=pk)
        context = inside.context(request, "trash", number=pk, warnings=warnings)
        return render(request, "records/delete_sure.html", context)
    facade.delete_record(actor=inside.actor, app=code, record=pk)
    messages.success(
        request, _("%(number)s番をごみ箱に入れました。「ごみ箱」から戻せます。") % {"number": pk}
    )
    return redirect("records:list", code)


@staff_required
@require_POST
def restore(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take one record out of the trash."""
    inside = enter(request, code)
    try:
        facade.restore_record(actor=inside.actor, app=code, record=pk)
    except Invalid as error:
        messages.error(request, _("%(number)s番は戻せません。%(why)s") % {"number": pk, "why": str(error)})
        return redirect("records:trash", code)
    messages.success(request, _("%(number)s番を戻しました。") % {"number": pk})
    return redirect("records:record", code, pk)
