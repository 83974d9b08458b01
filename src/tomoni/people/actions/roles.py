"""Roles and memberships, by date."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, privacy
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.people.dates import start_day
from tomoni.people.models import Department, Membership, RoleAssignment, User
from tomoni.people.queries import valid
from tomoni.people.roles import ROLES

MANAGE = "people.manage"


def _user(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


@action("people.grant_role", right=MANAGE)
def grant_role(*, actor: Actor, user_id: int, role: str, valid_from: date | None = None) -> RoleAssignment:
    """Give a role from a day on. `admin` may only be given by an admin."""
    if role not in ROLES:
        raise Invalid({"role": [_("役割を選んでください。")]})
    if role == "admin" and not (actor.kind == "system" or "admin" in actor.roles):
        raise Invalid({"role": [_("システム管理者の役割は、システム管理者だけが付けられます。")]})
    start = start_day(valid_from)
    user = _user(user_id)
    if (held := RoleAssignment.objects.filter(valid(start), user=user, role=role).first()) is not None:
        return held
    granted = RoleAssignment.objects.create(user=user, role=role, valid_from=start)
    audit.record(
        actor=actor,
        verb="people.grant_role",
        target=f"user:{user_id}",
        fields={"role": role, "from": start.isoformat()},
    )
    return granted


@action("people.end_role", right=MANAGE)
def end_role(*, actor: Actor, assignment_id: int, valid_to: date | None = None) -> None:
    """End a role on a day (exclusive). The last admin stays."""
    found = RoleAssignment.objects.filter(pk=assignment_id).first()
    if found is None:
        raise NotFound
    end = valid_to or clock.today()
    if found.role == "admin":
        if not (actor.kind == "system" or "admin" in actor.roles):
            raise Invalid(_("システム管理者の役割は、システム管理者だけが外せます。"))
        others = RoleAssignment.objects.filter(valid(end), role="admin", user__is_active=True).exclude(
            pk=found.pk
        )
        if not others.exists():
            raise Invalid(_("システム管理者が一人もいなくなります。先にほかの人に付けてください。"))
    found.valid_to = max(end, found.valid_from)
    found.save(update_fields=["valid_to"])
    audit.record(
        actor=actor,
        verb="people.end_role",
        target=f"user:{found.user_id}",
        fields={"role": found.role, "to": end.isoformat()},
    )


@action("people.add_membership", right=MANAGE)
def add_membership(
    *,
    actor: Actor,
    user_id: int,
    department_code: str,
    position: str = "",
    is_head: bool = False,
    is_primary: bool = True,
    valid_from: date | None = None,
) -> Membership:
    """Put a person into a department from a day on (人事異動); a primary one ends the primary one before."""
    user = _user(user_id)
    department = Department.objects.filter(code=department_code).first()
    if department is None:
        raise Invalid({"department": [_("所属を選んでください。")]})
    if len(position) > 50:
        raise Invalid({"position": [_("職は50文字までにしてください。")]})
    privacy.refuse_individual_numbers(position=position)
    start = start_day(valid_from)
    if is_primary:
        for former in Membership.objects.filter(valid(start), user=user, is_primary=True):
            former.valid_to = max(start, former.valid_from)
            former.save(update_fields=["valid_to"])
    made = Membership.objects.create(
        user=user,
        department=department,
        position=position,
        is_head=is_head,
        is_primary=is_primary,
        valid_from=start,
    )
    audit.record(
        actor=actor,
        verb="people.move",
        target=f"user:{user_id}",
        fields={"department": department_code, "position": position, "from": start.isoformat()},
    )
    return made


@action("people.end_membership", right=MANAGE)
def end_membership(*, actor: Actor, membership_id: int, valid_to: date | None = None) -> None:
    """Take a person out of a department on a day (exclusive)."""
    found = Membership.objects.filter(pk=membership_id).first()
    if found is None:
        raise NotFound
    found.valid_to = max(valid_to or clock.today(), found.valid_from)
    found.save(update_fields=["valid_to"])
    audit.record(
        actor=actor,
        verb="people.leave",
        target=f"user:{found.user_id}",
        fields={"department": found.department_id},
    )
