"""The department tree by date."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core import calendar, clock
from tomoni.core.errors import Invalid, NotFound
from tomoni.people.actions import departments as actions
from tomoni.people.decorators import right_required
from tomoni.people.forms import CloseForm, DepartmentForm, NewDepartmentForm
from tomoni.people.models import Department
from tomoni.people.queries import tree, valid
from tomoni.people.views.helpers import blame

MANAGE = "people.departments"


@right_required(MANAGE)
def departments(request: HttpRequest) -> HttpResponse:
    """The tree as it stands on a day (`?as_of=`)."""
    asked, problem, day = request.GET.get("as_of", ""), "", clock.today()
    if asked:
        try:
            day = calendar.parse_date(asked[:30])
        except ValueError:
            problem = _("日付は 例: 令和9年4月1日 の形で入力してください")
    context = {"nodes": tree(day), "day": day, "asked": asked, "problem": problem}
    return render(request, "people/departments.html", context, status=422 if problem else 200)


@right_required(MANAGE)
def new_department(request: HttpRequest) -> HttpResponse:
    """Create a department."""
    form = NewDepartmentForm(request.POST or None)
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
    initial = {}
    if current is not None:
        initial = {
            "name": current.name,
            "level": current.level,
            "telephone": current.telephone,
            "order": current.order,
            "parent": current.parent.code if current.parent else "",
        }
    form = DepartmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_department(actor=request.actor, code=code, **form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as error:
            blame(form, error)
        else:
            messages.success(request, _("変更を登録しました。"))
            return redirect("people:department", code)
    context = {
        "department": found,
        "current": current,
        "form": form,
        "close_form": CloseForm(),
        "versions": found.versions.select_related("parent").order_by("-valid_from"),
    }
    return render(request, "people/department.html", context, status=422 if form.errors else 200)


@right_required(MANAGE)
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a department on a day."""
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            actions.close_department(actor=request.actor, code=code, valid_to=form.cleaned_data["valid_to"])  # type: ignore[attr-defined]
            messages.success(request, _("閉じる日を登録しました。"))
        except Invalid as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("日付は 例: 令和9年4月1日 の形で入力してください"))
    return redirect("people:department", code)
