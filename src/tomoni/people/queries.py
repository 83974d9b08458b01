"""Reads of people and departments. Every organisation query takes `as_of`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q, QuerySet

from tomoni.core import clock
from tomoni.core.actor import ANONYMOUS, Actor
from tomoni.core.registry import rights_of
from tomoni.people import standing
from tomoni.people.models import ApiToken, DepartmentVersion, Membership, RoleAssignment, User


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
    held = standing.of_user(user.pk, as_of or clock.today())
    return ANONYMOUS if held is None else _actor(held)


def _actor(held: standing.Standing) -> Actor:
    return Actor(
        kind="user",
        id=held.user,
        label=held.label,
        rights=rights_of(held.roles),
        departments=held.departments,
        units=frozenset(held.units),
        heads=held.heads,
        home_department=held.units[0] if held.units else None,
        roles=held.roles,
        is_staff=held.is_staff,
    )


def user_by_login(login: str) -> User | None:
    """The active person of a login."""
    return User.objects.filter(username=login, is_active=True).first()


def actor_for_token(raw: str) -> Actor | None:
    """The actor of an API token: its owner's rights, narrowed to the scopes; None if unknown, expired or revoked.

    The scopes appear as roles `token:<scope>` and `token-app:<code>`; records narrow app rights by them.
    """
    now = clock.now()
    held = standing.of_token(hashlib.sha256(raw.encode()).hexdigest(), now, clock.today())
    if held is None:
        return None
    if held.unseen:
        ApiToken.objects.filter(pk=held.token or 0).update(last_used_at=now)
    owner = _actor(held)
    marks = {f"token:{scope}" for scope in held.scopes}
    if held.app_code:
        marks.add(f"token-app:{held.app_code}")
    rights = owner.rights if "manage" in held.scopes else frozenset()
    return replace(owner, kind="token", roles=owner.roles | marks, rights=rights)


def tokens(user_id: int | None = None) -> list[ApiToken]:
    """API tokens, newest first, of one person or of all."""
    found = ApiToken.objects.select_related("user").order_by("-pk")
    return list(found if user_id is None else found.filter(user_id=user_id))


def department_by_code(code: str, as_of: date | None = None) -> DepartmentVersion | None:
    """A department as it stands on a day."""
    return departments(as_of).filter(department__code=code).first()


def department_names(as_of: date | None = None) -> dict[int, str]:
    """Department id → name on a day."""
    return {v.department_id: v.name for v in departments(as_of)}


def people_of(department_id: int, as_of: date | None = None) -> QuerySet[User]:
    """Active people whose membership in the department (not those below) holds on a day."""
    day = as_of or clock.today()
    ids = Membership.objects.filter(valid(day), department_id=department_id).values("user_id")
    return User.objects.filter(pk__in=ids, is_active=True).order_by("display_name")


def people_with_role(role: str, as_of: date | None = None) -> QuerySet[User]:
    """Active people who hold the role on a day."""
    ids = RoleAssignment.objects.filter(valid(as_of or clock.today()), role=role).values("user_id")
    return User.objects.filter(pk__in=ids, is_active=True).order_by("display_name")


def display_names(ids: Iterable[int]) -> dict[int, str]:
    """Person id → name to show."""
    return dict(User.objects.filter(pk__in=set(ids)).values_list("pk", "display_name"))


@dataclass(frozen=True, slots=True)
class Node:
    """A department in the tree with its depth and the number of active people in it."""

    version: DepartmentVersion
    depth: int
    people: int


def tree(as_of: date | None = None) -> list[Node]:
    """The department tree in reading order on a day: parents before children, by order and name. Two queries."""
    day = as_of or clock.today()
    versions = sorted(departments(day), key=lambda v: (v.order, v.name))
    heads = dict(
        Membership.objects.filter(valid(day), user__is_active=True)
        .values_list("department_id")
        .annotate(n=Count("user_id", distinct=True))
        .values_list("department_id", "n")
    )
    here = {v.department_id for v in versions}
    below: dict[int | None, list[DepartmentVersion]] = {}
    for version in versions:
        below.setdefault(version.parent_id if version.parent_id in here else None, []).append(version)
    nodes: list[Node] = []

    def walk(parent: int | None, depth: int) -> None:
        for version in below.get(parent, []):
            nodes.append(Node(version, depth, heads.get(version.department_id, 0)))
            walk(version.department_id, depth + 1)

    walk(None, 0)
    return nodes
