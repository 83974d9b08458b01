"""The page of one record, and its process buttons."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Conflict, Invalid
from tomoni.people import facade as people
from tomoni.people.decorators import staff_required
from tomoni.records import facade
from tomoni.records.duty import people as duty_people
from tomoni.records.duty import process
from tomoni.records.duty.deadlines import late_in
from tomoni.records.record import Record, Revision
from tomoni.records.views import layout, lookup, merge, reads
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
    presenter = Presenter(app).load([record], named(revisions))
    names = presenter.names.users
    mine = reads.verbs_on(actor, app, record)
    cells = lookup.with_related(actor, app, record, [presenter.cell(record, f) for f in app.fields])
    context = inside.context(
        request,
        record=record,
        title=presenter.title(record),
        status=presenter.cell(record, app.field(STATUS)) if app.states else None,
        cells=cells,
        blocks=[] if layout.is_plain(app) else layout.blocks(app, {c.code: c for c in cells}),
        lookups=[f.label for f in lookup.of_app(app)],
        process=reads.actions_for(actor, app, record),
        assignees=[names.get(n, str(n)) for n in record.assignees],
        assigning=_pickable(inside, record) if "edit" in mine else [],
        entries=presenter.entries(revisions, record.revision, may_restore="edit" in mine),
    )
    context |= duties(inside, record)
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
    picked = request.POST.getlist("assignee")[:200]
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
    try:
        record = facade.run_action(
            actor=inside.actor,
            app=code,
            record=pk,
            action=name,
            revision=_number(request, "_revision"),
            comment=request.POST.get("_comment", "").strip()[:2000],
            assignee=_number(request, "_assignee"),
        )
    except Conflict:
        messages.warning(
            request,
            _("処理の前に、この記録が変わりました。いまの内容を確かめてから、もう一度選んでください。"),
        )
        return show(request, inside, pk, status=409)
    except Invalid as error:
        messages.error(request, " ".join(str(t) for ts in error.errors.values() for t in ts) or str(error))
        return show(request, inside, pk, status=422)
    messages.success(request, _done(inside, name, record))
    return redirect(safe_back(request, f"/build/apps/{code}/{pk}/"))


def named(revisions: Sequence[Revision]) -> list[int]:
    """Everybody whose name the history says."""
    people_in = [n for r in revisions for n in (r.user_id, r.acted_for) if n]
    moves = [c for r in revisions for c in r.changes if c.code == "作業者"]
    return people_in + [n for c in moves for n in (*(c.old or ()), *(c.new or ())) if isinstance(n, int)]


def _number(request: HttpRequest, name: str) -> int | None:
    raw = request.POST.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def _done(inside: Inside, name: str, record: Record) -> str:
    """What a process button did: the record moved on, or waits for the other assignees."""
    waiting = [a for a in process.approvals(inside.app, record) if not a.action]
    if waiting and record.status in {a.source for a in inside.app.actions if a.name == name}:
        text = _("「%(action)s」をしました。あと%(n)s人の処理を待っています。")
        return text % {"action": name, "n": len(waiting)}
    text = _("「%(action)s」をして、状態が「%(state)s」になりました。")
    return text % {"action": name, "state": record.status}


def duties(inside: Inside, record: Record) -> dict[str, object]:
    """What the record's page shows of the process: assignees, who has acted, whom to choose, where to go back to."""
    app = inside.app
    if not app.states:
        return {}
    steps = reads.actions_for(inside.actor, app, record)
    choices: dict[int, None] = {}
    for step in steps:
        rule = process.assignee_rule(app, step.target)
        if rule.kind == "one" and rule.who:
            choices.update(dict.fromkeys(duty_people.candidates(app, rule.who, record)))
    done = process.approvals(app, record)
    state = app.state(record.status)
    back = process.may_return(app, inside.actor, record).may
    names = people.display_names({*record.assignees, *choices, *(a.by for a in done if a.by)})
    return {
        "assignees": [names.get(pk, "") for pk in record.assignees],
        "approvals": [
            {"name": names.get(a.user, ""), "action": a.action, "by": names.get(a.by or 0, "")} for a in done
        ],
        "next_people": [(pk, names[pk]) for pk in choices if pk in names] if len(choices) > 1 else [],
        "back_to": process.earlier_states(app, record) if back else [],
        "deadline_days": state.deadline_days if state else None,
        "late": next((i.days for i in late_in(app, Q(pk=record.id))), 0)
        if state and state.deadline_days
        else 0,
    }


@staff_required
@require_POST
def send_back(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """「前の状態に戻す」 with a reason."""
    inside = enter(request, code, "view")
    try:
        facade.return_record(
            actor=inside.actor, app=code, record=pk, to=request.POST.get("_to", "")[:100],
            comment=request.POST.get("_comment", "").strip()[:2000], revision=_number(request, "_revision"),
        )  # fmt: skip
    except Conflict:
        messages.warning(request, _("その間に、この記録が変わりました。いまの内容を確かめてください。"))
        return show(request, inside, pk, status=409)
    except Invalid as error:
        messages.error(request, " ".join(str(t) for ts in error.errors.values() for t in ts))
        return show(request, inside, pk, status=422)
    messages.success(request, _("前の状態に戻しました。"))
    return redirect("records:record", code, pk)
