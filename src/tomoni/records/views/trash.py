"""The trash of records: into it, out of it, what lies in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Invalid
from tomoni.people.decorators import staff_required
from tomoni.records import facade, uses
from tomoni.records.query.find import find
from tomoni.records.views.common import address, enter
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
    presenter = Presenter(inside.app)
    rows = [
        {"id": r.id, "number": r.number, "title": presenter.title(r), "deleted_at": r.deleted_at}
        for r in page.records
    ]
    next_url = address("trash", inside.app, after=page.next) if page.next else ""
    return render(
        request, "records/trash.html", inside.context(request, "trash", rows=rows, next_url=next_url)
    )


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
