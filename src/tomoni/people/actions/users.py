"""Accounts: create, change, close; a link to set the password."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from tomoni.core import audit, privacy, stale
from tomoni.core import once as once_only
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.people.actions.roles import add_membership, grant_role
from tomoni.people.models import User

MANAGE = "people.manage"


def _name_and_address(display_name: str, email: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not display_name.strip() or len(display_name) > 100:
        errors["display_name"] = [_("氏名を100文字までで入力してください。")]
    if email:
        try:
            validate_email(email)
        except ValidationError:
            errors["email"] = [_("メールアドレスは 例: hanako@example.jp の形で入力してください。")]
    return errors


def _check(login: str, display_name: str, email: str, kind: str) -> None:
    errors: dict[str, list[str]] = {}
    if (
        not login
        or len(login) > 60
        or not login.isascii()
        or not login.replace("-", "").replace("_", "").replace(".", "").isalnum()
    ):
        errors["login"] = [_("ログイン名は半角の英数字と . - _ で、60文字までにしてください。")]
    elif User.objects.filter(username__iexact=login).exists():
        errors["login"] = [_("このログイン名はもう使われています。")]
    errors |= _name_and_address(display_name, email)
    if kind not in User.Kind.values:
        errors["kind"] = [_("区分を選んでください。")]
    errors |= privacy.individual_number_errors({"login": login, "display_name": display_name, "email": email})
    if errors:
        raise Invalid(errors)


@action("people.create_user", right=MANAGE)
def create_user(
    *,
    actor: Actor,
    login: str,
    display_name: str,
    kind: str = "staff",
    email: str = "",
    role: str = "",
    password: str | None = None,
    demo: bool = False,
    valid_from: date | None = None,
    department: str = "",
    position: str = "",
    once: str = "",
) -> User:
    """Create an account. Without `password` none can sign in until a link (see `issue_password_link`) is used.

    `department`: the code of the department the person belongs to, with a `position`. The same `once` again
    gives the same account (a double tap). Raises `Invalid` naming the field; then nothing is stored.
    """

    def make() -> int:
        user = _make(actor, login.strip(), display_name.strip(), kind, email.strip(), password, demo)
        if role:
            grant_role(actor=actor, user_id=user.pk, role=role, valid_from=valid_from)
        if department:
            add_membership(
                actor=actor,
                user_id=user.pk,
                department_code=department,
                position=position,
                valid_from=valid_from,
            )
        return user.pk

    made = once_only.run(f"people.create_user:{actor.ref}", once, make)
    return User.objects.get(pk=made)


def _make(
    actor: Actor, login: str, display_name: str, kind: str, email: str, password: str | None, demo: bool
) -> User:
    _check(login, display_name, email, kind)
    user = User(username=login, display_name=display_name, email=email, kind=kind, demo=demo)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    audit.record(
        actor=actor,
        verb="people.create",
        target=f"user:{user.pk}",
        fields={"display_name": display_name, "kind": kind},
    )
    return user


def state_of(user: User) -> dict[str, str]:
    """What `update_user` changes, as it stands; its mark tells whether a form is stale."""
    return {"display_name": user.display_name, "email": user.email}


@action("people.update_user", right=MANAGE)
def update_user(
    *, actor: Actor, user_id: int, display_name: str, email: str, opened_on: str | None = None
) -> User:
    """Correct a person's name or address.

    `opened_on`: the mark (`core.stale`) of what the form was opened on; `Conflict` when somebody saved since.
    """
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    given = {"display_name": display_name.strip(), "email": email.strip()}
    errors = _name_and_address(given["display_name"], given["email"])
    errors |= privacy.individual_number_errors(given)
    if errors:
        raise Invalid(errors)
    present = state_of(user)
    if given == present:
        return user  # saved twice (a double tap): nothing changed
    stale.check(opened_on, present, given, present)
    user.display_name, user.email = given["display_name"], given["email"]
    user.save(update_fields=["display_name", "email"])
    audit.record(actor=actor, verb="people.update", target=f"user:{user.pk}", fields=given)
    return user


@action("people.set_active", right=MANAGE)
def set_active(*, actor: Actor, user_id: int, active: bool) -> User:
    """Close an account (its sessions end at once) or open it again. One's own cannot be closed."""
    if actor.id == user_id and not active:
        raise Invalid(_("自分の利用者登録は止められません。ほかの管理者に頼んでください。"))
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(actor=actor, verb="people.open" if active else "people.close", target=f"user:{user.pk}")
    return user


@action("people.issue_password_link", right=MANAGE)
def issue_password_link(*, actor: Actor, user_id: int) -> str:
    """A path under which the person sets a password once; it expires after PASSWORD_RESET_TIMEOUT (3 days)."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound
    audit.record(actor=actor, verb="people.password_link", target=f"user:{user.pk}")
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("people:set_password", args=[key, default_token_generator.make_token(user)])


@action("people.set_own_password")
def set_own_password(*, actor: Actor, user: User, password: str) -> None:
    """Set the password of a link; the caller has verified the link and the rules."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(actor=actor, verb="people.password", target=f"user:{user.pk}")


@action("people.reset_second_factor", right=MANAGE)
def reset_second_factor(*, actor: Actor, user_id: int) -> None:
    """Remove a lost second factor; the person sets up a new one at the next sign-in."""
    from allauth.mfa.models import Authenticator

    if not User.objects.filter(pk=user_id).exists():
        raise NotFound
    Authenticator.objects.filter(user_id=user_id).delete()
    audit.record(actor=actor, verb="people.reset_second_factor", target=f"user:{user_id}")
