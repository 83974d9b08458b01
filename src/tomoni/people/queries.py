"""Reads of people and departments. Every organisation query takes `as_of`."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from tomoni.core import clock
from tomoni.core.actor import ANONYMOUS, Actor
from tomoni.core.registry import rights_of
from tomoni.people.models import DepartmentVersion, Membership, RoleAssignment, User


def valid(as_of: date) -> Q:
    """The condition that a dated row `[valid_from, valid_to)` holds on the day."""
    return Q(valid_from__lte=as_of) & (Q(valid_to__isnull=True) | Q(valid_to__gt=as_of))


def departments(as_of: date | None = None) -> QuerySet[DepartmentVersion]:
    """The department tree as it stands on a day, one version a department."""
    return DepartmentVersion.objects.filter(valid(as_of or clock.today())).select_related("department")


def ancestors(as_of: date | None = None) -> dict[int, frozenset[int]]:
    """For each department id its own id and those above it, on a day."""
    parent = {v.department_id: v.parent_id for v in departments(as_of)}
    found: dict[int, frozenset[int]] = {}
    for department in parent:
        chain, current = set(), department
        while current is not None and current not in chain:
            chain.add(current)
            current = parent.get(current)  # type: ignore[assignment]
        found[department] = frozenset(chain)
    return found


def actor_for(user: User | None, as_of: date | None = None) -> Actor:
    """Resolve a signed-in person to an `Actor`: roles, rights, departments with ancestors, by date."""
    if user is None or not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    day = as_of or clock.today()
    roles = set(RoleAssignment.objects.filter(valid(day), user=user).values_list("role", flat=True))
    memberships = list(Membership.objects.filter(valid(day), user=user).order_by("-is_primary", "id"))
    above = ancestors(day) if memberships else {}
    held: set[int] = set()
    for m in memberships:
        held |= above.get(m.department_id, frozenset({m.department_id}))
    return Actor(
        kind="user",
        id=user.pk,
        label=user.display_name,
        rights=rights_of(roles),
        departments=frozenset(held),
        home_department=memberships[0].department_id if memberships else None,
        roles=frozenset(roles),
        is_staff=user.kind == User.Kind.STAFF,
    )
