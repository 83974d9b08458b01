"""The department tree by date."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core import calendar, clock, stale
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.people.actions import departments as actions
from tomoni.people.decorators import right_required
from tomoni.people.forms import CloseForm, DepartmentForm, NewDepartmentForm
from tomoni.people.models import Department, DepartmentVersion
from tomoni.people.queries import tree, valid
from tomoni.people.views.helpers import blame

MANAGE = "people.departments"


@right_required(MANAGE)
def departments(request: HttpRequest) -> HttpResponse:
    """The tree as it stands on a day (`?as_of=`)."""
    asked, problem, day = request.GET.get("as_of", ""), "", clock.today()
    if asked:
        found = calendar.try_parse_date(asked[:30])
        day = found or day
        if found is None:
            problem = _("日付は 例: 令和9年4月1日 の形で入力してください")
    context = {"nodes": tree(day), "day": day, "asked": asked, "problem": problem}
    return render(request, "people/departments.html", context, status=422 if problem else 200)


@right_required(MANAGE)
def new_department(request: HttpRequest) -> HttpResponse:
    """Create a department."""
    form = NewDepartmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_department(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as error:
            blame(form, error)
        else:
            return redirect("people:department", made.code)
    return render(request, "people/new_department.html", {"form": form}, status=422 if form.errors else 200)


@right_required(MANAGE)
def department(request: HttpRequest, code: str) -> HttpResponse:
    """One department: its versions, a change from a day on, closing."""
    found = Department.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    current = found.versions.filter(valid(clock.today())).first() or found.versions.last()
    form, clash = DepartmentForm(request.POST) if request.method == "POST" else _blank(found, current), None
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_department(actor=request.actor, code=code, **form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as error:
            blame(form, error)
        except Conflict as error:
            clash = error
            form = DepartmentForm(request.POST.dict() | {"opened_on": error.details["revision"]})
        else:
            messages.success(request, _("変更を登録しました。"))
            return redirect("people:department", code)
    return _department_page(request, found, current, form, clash)


def _department_page(
    request: HttpRequest,
    found: Department,
    current: DepartmentVersion | None,
    form: DepartmentForm,
    clash: Conflict | None = None,
    close_form: CloseForm | None = None,
) -> HttpResponse:
    """The page; 422 with what must be mended, 409 with both versions when somebody else saved meanwhile."""
    plan = actions.plan_of(found)
    context = {
        "department": found,
        "current": current,
        "form": form,
        "close_form": close_form or CloseForm(),
        "versions": found.versions.select_related("parent").order_by("-valid_from"),
        "plan": plan,
        "plan_closes": bool(plan and plan.valid_to),
        "conflict": clash is not None,
        "differing": form.differing(clash),
    }
    failed = bool(form.errors) or bool(close_form and close_form.errors)
    return render(request, "people/department.html", context, status=409 if clash else 422 if failed else 200)


@right_required(MANAGE)
@require_POST
def cancel_plan(request: HttpRequest, code: str, version_id: int) -> HttpResponse:
    """Take back what is planned last."""
    try:
        actions.cancel_department_plan(actor=request.actor, code=code, version_id=version_id)  # type: ignore[attr-defined]
        messages.success(request, _("予定を取り消しました。"))
    except Invalid as error:
        messages.error(request, str(error))
    return redirect("people:department", code)


@right_required(MANAGE)
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a department on a day."""
    found = Department.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            actions.close_department(actor=request.actor, code=code, valid_to=form.cleaned_data["valid_to"])  # type: ignore[attr-defined]
        except Invalid as error:
            blame(form, error)
        else:
            messages.success(request, _("閉じる日を登録しました。"))
            return redirect("people:department", code)
    current = found.versions.filter(valid(clock.today())).first() or found.versions.last()
    return _department_page(request, found, current, _blank(found, current), close_form=form)


def _blank(found: Department, current: DepartmentVersion | None) -> DepartmentForm:
    """The form of a change as it stands before it is sent."""
    initial = actions.facts(current) if current else {}
    return DepartmentForm(initial=initial | {"opened_on": stale.mark(actions.state_of(found))})
