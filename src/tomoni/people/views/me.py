"""My own account: who I am here, second factor, sessions, tokens."""

from __future__ import annotations

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _

from tomoni.core import clock, throttle
from tomoni.core.actor import ANONYMOUS
from tomoni.core.errors import Gone, Invalid
from tomoni.people.actions.tokens import create_token, revoke_token
from tomoni.people.actions.users import set_own_password
from tomoni.people.decorators import right_required, signed_in
from tomoni.people.forms import TokenForm
from tomoni.people.models import ApiToken, Membership, RoleAssignment, User
from tomoni.people.queries import department_names, valid
from tomoni.people.roles import ROLES
from tomoni.people.views.helpers import blame


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """`/me/`."""
    from allauth.mfa.utils import is_mfa_enabled

    today = clock.today()
    names = department_names()
    user, actor = request.user, request.actor  # type: ignore[attr-defined]
    memberships = Membership.objects.filter(valid(today), user_id=actor.id or 0).order_by("-is_primary")
    roles = RoleAssignment.objects.filter(valid(today), user_id=actor.id or 0).values_list("role", flat=True)
    return render(
        request,
        "people/me.html",
        {
            "places": [(names.get(m.department_id, ""), m.position) for m in memberships],
            "roles": [ROLES.get(code, code) for code in roles],
            "second_factor": is_mfa_enabled(user),
        },
    )


@right_required("people.tokens")
def tokens(request: HttpRequest) -> HttpResponse:
    """`/me/tokens/`: list, make (shown once), revoke."""
    form, raw = TokenForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        try:
            raw = create_token(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
            form = TokenForm()
        except Invalid as error:
            blame(form, error)
    mine = ApiToken.objects.filter(user_id=request.user.pk or 0).order_by("-created_at")[:100]
    status = 422 if form.errors else 200
    response = render(
        request,
        "people/tokens.html",
        {"form": form, "raw": raw, "tokens": mine, "now": clock.now()},
        status=status,
    )
    response["Cache-Control"] = "no-store"
    return response


@right_required("people.tokens")
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of my tokens."""
    if request.method == "POST":
        revoke_token(actor=request.actor, token_id=token_id)  # type: ignore[attr-defined]
    return redirect("people:tokens")


def set_password(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The page of a password link; the link works once and for three days."""
    throttle.hit(f"password-link:{request.META.get('REMOTE_ADDR', '')}", limit=30, seconds=300)
    try:
        user = User.objects.filter(pk=int(force_str(urlsafe_base64_decode(key))), is_active=True).first()
    except (ValueError, OverflowError):
        user = None
    if user is None or not default_token_generator.check_token(user, token):
        raise Gone(
            _(
                "このリンクは使えません。期限が過ぎたか、もう使われています。管理者に新しいリンクを頼んでください。"
            )
        )
    form = SetPasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        set_own_password(actor=ANONYMOUS, user=user, password=form.cleaned_data["new_password1"])
        return redirect("account_login")
    return render(
        request,
        "people/set_password.html",
        {"form": form, "login": user.username},
        status=422 if form.errors else 200,
    )
