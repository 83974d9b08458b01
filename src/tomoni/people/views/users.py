"""Accounts for those who manage people."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core import once, stale
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.core.forms import PlainForm
from tomoni.core.paging import page_of
from tomoni.people.actions import roles as role_actions
from tomoni.people.actions import users as user_actions
from tomoni.people.decorators import right_required
from tomoni.people.forms import MembershipForm, NewUserForm, RoleForm, UserForm
from tomoni.people.models import User
from tomoni.people.queries import department_names
from tomoni.people.roles import ROLES
from tomoni.people.views.helpers import blame

MANAGE = "people.manage"


@right_required(MANAGE)
def users(request: HttpRequest) -> HttpResponse:
    """`/settings/people/`: search and pages of 50."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = User.objects.order_by("kind", "display_name", "pk")
    if asked:
        found = found.filter(Q(display_name__icontains=asked) | Q(username__icontains=asked))
    page = page_of(request, found, 50)
    return render(request, "people/users.html", {"page": page, "asked": asked})


@right_required(MANAGE)
def new_user(request: HttpRequest) -> HttpResponse:
    """Create an account and show the link with which the person sets a password."""
    form = NewUserForm(request.POST if request.method == "POST" else None, initial={"once": once.new_key()})
    if request.method == "POST" and form.is_valid():
        try:
            user = user_actions.create_user(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as error:
            blame(form, error)
        else:
            messages.success(request, _("利用者を登録しました。パスワードのリンクを本人に渡してください。"))
            return redirect("people:user", user.pk)
    return render(request, "people/new_user.html", {"form": form}, status=422 if form.errors else 200)


def _find(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


@right_required(MANAGE)
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: name, roles, departments, password link, closing."""
    person = _find(user_id)
    forms = _forms(person)
    return _page(request, person, forms)


def _forms(person: User) -> dict[str, PlainForm]:
    """The page's forms as they stand before one is sent."""
    return {
        "person": _user_form(person),
        "role": RoleForm(),
        "membership": MembershipForm(),
    }


def _user_form(person: User) -> UserForm:
    present = user_actions.state_of(person)
    return UserForm(initial=present | {"opened_on": stale.mark(present)})


def _page(
    request: HttpRequest,
    person: User,
    forms: Mapping[str, PlainForm],
    link: str = "",
    clash: Conflict | None = None,
) -> HttpResponse:
    names = department_names()
    context = {
        "person": person,
        "forms": forms,
        "link": link,
        "conflict": clash is not None,
        "differing": forms["person"].differing(clash),
        "roles": [(r, ROLES.get(r.role, r.role)) for r in person.role_assignments.order_by("-valid_from")],
        "memberships": [
            (m, names.get(m.department_id, m.department.code))
            for m in person.memberships.select_related("department").order_by("-valid_from")
        ],
    }
    failed = any(getattr(f, "errors", None) for f in forms.values())
    response = render(request, "people/user.html", context, status=409 if clash else 422 if failed else 200)
    response["Cache-Control"] = "no-store"
    return response


@right_required(MANAGE)
@require_POST
def change(request: HttpRequest, user_id: int, what: str) -> HttpResponse:
    """One of the page's forms was sent."""
    person, actor = _find(user_id), request.actor  # type: ignore[attr-defined]
    forms = _forms(person)
    kinds = {"person": UserForm, "role": RoleForm, "membership": MembershipForm}
    try:
        if what in kinds:
            form = forms[what] = kinds[what](request.POST)
            if not form.is_valid():
                return _page(request, person, forms)
            try:
                _apply(actor, person, what, form.cleaned_data)
            except Invalid as error:
                blame(form, error)
                return _page(request, person, forms)
            except Conflict as clash:
                forms[what] = UserForm(request.POST.dict() | {"opened_on": clash.details["revision"]})
                return _page(request, person, forms, clash=clash)
        elif what == "link":
            path = user_actions.issue_password_link(actor=actor, user_id=person.pk)
            return _page(request, person, forms, link=request.build_absolute_uri(path))
        elif what in ("close", "open"):
            user_actions.set_active(actor=actor, user_id=person.pk, active=what == "open")
        elif what == "second-factor":
            user_actions.reset_second_factor(actor=actor, user_id=person.pk)
        elif what == "end-role":
            role_actions.end_role(actor=actor, assignment_id=int(request.POST.get("id", "0") or 0))
        elif what == "end-membership":
            role_actions.end_membership(actor=actor, membership_id=int(request.POST.get("id", "0") or 0))
        else:
            raise NotFound
    except Invalid as error:
        messages.error(request, str(error))
    except ValueError as error:
        raise NotFound from error
    return redirect(reverse("people:user", args=[person.pk]))


def _apply(actor: object, person: User, what: str, data: dict[str, object]) -> None:
    if what == "person":
        user_actions.update_user(actor=actor, user_id=person.pk, **data)  # type: ignore[arg-type]
    elif what == "role":
        role_actions.grant_role(actor=actor, user_id=person.pk, **data)  # type: ignore[arg-type]
    else:
        code = data.pop("department")
        role_actions.add_membership(actor=actor, user_id=person.pk, department_code=code, **data)  # type: ignore[arg-type]
