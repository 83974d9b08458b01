"""The page of one record, and its process buttons."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Conflict, Invalid
from tomoni.people.decorators import staff_required
from tomoni.records import facade
from tomoni.records.views import lookup, reads
from tomoni.records.views.common import Inside, enter, safe_back
from tomoni.records.views.present import STATUS, Presenter


@staff_required
def page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """`/build/apps/<code>/<id>/`."""
    return show(request, enter(request, code, "view"), pk)


def show(request: HttpRequest, inside: Inside, pk: int, status: int = 200) -> HttpResponse:
    """The record's page."""
    app, actor = inside.app, inside.actor
    record = facade.get(actor=actor, app=app.code, record=pk)
    revisions = facade.history(actor=actor, app=app.code, record=pk)
    presenter = Presenter(app).load([record], [r.user_id for r in revisions])
    mine = reads.verbs_on(actor, app, record)
    context = inside.context(
        request,
        record=record,
        title=presenter.title(record),
        status=presenter.cell(record, app.field(STATUS)) if app.states else None,
        cells=lookup.with_related(actor, app, record, [presenter.cell(record, f) for f in app.fields]),
        lookups=[f.label for f in lookup.of_app(app)],
        process=reads.actions_for(actor, app, record),
        entries=presenter.entries(revisions, record.revision, may_restore="edit" in mine),
    )
    context["may"] = dict.fromkeys(mine, True)
    return render(request, "records/record.html", context, status=status)


@staff_required
@require_POST
def act(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A process button. A second press of the same button changes nothing and says so."""
    inside = enter(request, code, "view")
    name = request.POST.get("_action", "")[:100]
    revision = request.POST.get("_revision", "")
    try:
        record = facade.run_action(
            actor=inside.actor,
            app=code,
            record=pk,
            action=name,
            revision=int(revision)
            if revision.isascii() and revision.isdigit() and len(revision) < 10
            else None,
            comment=request.POST.get("_comment", "").strip()[:2000],
        )
    except Conflict:
        messages.warning(
            request,
            _("処理の前に、この記録が変わりました。いまの内容を確かめてから、もう一度選んでください。"),
        )
        return show(request, inside, pk, status=409)
    except Invalid as error:
        messages.error(request, str(error))
        return show(request, inside, pk, status=422)
    messages.success(
        request,
        _("「%(action)s」をして、状態が「%(state)s」になりました。")
        % {"action": name, "state": record.status},
    )
    return redirect(safe_back(request, f"/build/apps/{code}/{pk}/"))
