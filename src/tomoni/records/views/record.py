"""The page of one record, and its process buttons."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Conflict, Invalid
from tomoni.people import facade as people
from tomoni.people.decorators import staff_required
from tomoni.records import facade
from tomoni.records.record import Record
from tomoni.records.views import lookup, merge, reads
from tomoni.records.views.common import Inside, enter, safe_back
from tomoni.records.views.present import STATUS, Presenter
from tomoni.records.views.widgets import Option


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
    names = presenter.names.users
    mine = reads.verbs_on(actor, app, record)
    context = inside.context(
        request,
        record=record,
        title=presenter.title(record),
        status=presenter.cell(record, app.field(STATUS)) if app.states else None,
        cells=lookup.with_related(actor, app, record, [presenter.cell(record, f) for f in app.fields]),
        lookups=[f.label for f in lookup.of_app(app)],
        process=reads.actions_for(actor, app, record),
        assignees=[names.get(n, str(n)) for n in record.assignees],
        assigning=_pickable(inside, record) if "edit" in mine else [],
        entries=presenter.entries(revisions, record.revision, may_restore="edit" in mine),
    )
    context["may"] = dict.fromkeys(mine, True)
    return render(request, "records/record.html", context, status=status)


def _pickable(inside: Inside, record: Record) -> list[Option]:
    """Who may be assigned: people of the app's department, my own section, and those who are assigned already."""
    found: dict[int, str] = {}
    app, actor = inside.app, inside.actor
    department = people.department_by_code(app.department_code) if app.department_code else None
    sections = {department.department_id if department else None, actor.home_department}
    for number in (n for n in sections if n is not None):
        found.update(people.people_of(number).values_list("pk", "display_name"))
    if missing := set(record.assignees) - set(found):
        found.update(people.display_names(missing))
    ordered = sorted(found.items(), key=lambda item: item[1])
    return [Option(str(pk), name, selected=pk in record.assignees) for pk, name in ordered]


@staff_required
@require_POST
def assign(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Set who has to act. A record that changed meanwhile is shown again."""
    inside = enter(request, code, "edit")
    picked = request.POST.getlist("作業者")[:200]
    users = [int(v) for v in picked if v.isascii() and v.isdigit() and len(v) < 19]
    revision = merge.posted_revision(request)
    try:
        facade.assign_record(actor=inside.actor, app=code, record=pk, users=users, revision=revision)
    except Conflict:
        messages.warning(
            request, _("作業者を決める前に、この記録が変わりました。いまの内容を確かめてください。")
        )
        return show(request, inside, pk, status=409)
    except Invalid as error:
        messages.error(request, str(error))
        return show(request, inside, pk, status=422)
    messages.success(request, _("作業者を決めました。"))
    return redirect("records:record", code, pk)


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
