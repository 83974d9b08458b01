"""Who answers for an app (担当者・副担当), and whether they still do: by date, as transfers take effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.people import facade as people
from tomoni.people.models import DepartmentVersion, Membership, User
from tomoni.people.queries import valid
from tomoni.records.models import App

AHEAD_DAYS = 30
ALL, MANAGE = "keeping.all", "apps.manage"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Owner or deputy. `gone`: why they do not answer for the app any more, in words; empty while they do."""

    id: int
    name: str
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An app and who answers for it on a day."""

    app_id: int
    code: str
    name: str
    department_code: str
    department: str
    owner: Keeper | None
    deputy: Keeper | None
    soon: date | None = None

    @property
    def ownerless(self) -> bool:
        """Neither owner nor deputy answers for it."""
        return all(k is None or k.gone for k in (self.owner, self.deputy))

    @property
    def weak(self) -> bool:
        """One of the two is missing or gone."""
        return any(k is None or bool(k.gone) for k in (self.owner, self.deputy))


@dataclass(slots=True)
class _People:
    """What is known of some people and the tree on a day."""

    day: date
    users: dict[int, User]
    now: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    before: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    above: dict[int, frozenset[int]] = field(default_factory=dict)

    def keeper(self, user_id: int | None, department: int | None) -> Keeper | None:
        """A person as keeper of an app of a department."""
        user = self.users.get(user_id or 0)
        if user is None:
            return None
        return Keeper(user.pk, user.display_name, self._gone(user, department))

    def _gone(self, user: User, department: int | None) -> str:
        if not user.is_active:
            return _("利用者登録が止まっています")
        if user.kind != User.Kind.STAFF:
            return _("職員ではありません")
        if not self.now[user.pk]:
            return _("所属がありません") if self.before[user.pk] else ""
        if department is None or department in self._whole(self.now[user.pk]):
            return ""
        return _("ほかの部署へ異動しました") if department in self._whole(self.before[user.pk]) else ""

    def _whole(self, departments: set[int]) -> set[int]:
        return {a for d in departments for a in self.above.get(d, frozenset({d}))}


def _people(ids: set[int], day: date) -> _People:
    found = _People(day, {u.pk: u for u in User.objects.filter(pk__in=ids)})
    found.above = people.ancestors(day)
    rows = Membership.objects.filter(user_id__in=ids, valid_from__lte=day)
    for user, department, until in rows.values_list("user_id", "department_id", "valid_to"):
        (found.now if until is None or until > day else found.before)[user].add(department)
    return found


def kept(apps: Iterable[App], day: date | None = None) -> list[Kept]:
    """Who answers for apps on a day; five queries for any number of apps."""
    rows, day = list(apps), day or clock.today()
    ids = {i for row in rows for i in (row.owner_id, row.deputy_id) if i is not None}
    known = _people(ids, day)
    versions = {v.department.code: v for v in people.departments(day)}
    found = []
    for row in rows:
        place: DepartmentVersion | None = versions.get(row.department_code)
        at = place.department_id if place else None
        found.append(
            Kept(
                row.pk, row.code, row.name, row.department_code, place.name if place else "",
                known.keeper(row.owner_id, at), known.keeper(row.deputy_id, at),
            )
        )  # fmt: skip
    return found


def live() -> Any:
    """The apps that are not in the trash."""
    return App.objects.filter(deleted_at__isnull=True).order_by("name", "pk")


def ownerless(day: date | None = None) -> list[Kept]:
    """The apps for which nobody answers on a day."""
    return [k for k in kept(live(), day) if k.ownerless]


def soon() -> list[Kept]:
    """The apps for which somebody answers today and nobody will in thirty days, by transfers already entered."""
    today = clock.today()
    now = {k.code for k in ownerless(today)}
    return [k for k in ownerless(today + timedelta(days=AHEAD_DAYS)) if k.code not in now]


def lineage(department_code: str, day: date | None = None) -> frozenset[int]:
    """The department of a code and those above it; empty when there is none today."""
    found = people.department_by_code(department_code, day) if department_code else None
    return people.ancestors(day).get(found.department_id, frozenset()) if found else frozenset()


def heads_of(department_code: str) -> list[int]:
    """The heads (所属長) of a department, or of the nearest one above that has any."""
    above = lineage(department_code)
    rows = Membership.objects.filter(
        valid(clock.today()), department_id__in=above, is_head=True, user__is_active=True
    )
    by_department: dict[int, list[int]] = defaultdict(list)
    for user, department in rows.values_list("user_id", "department_id"):
        by_department[department].append(user)
    tree = people.ancestors()
    nearest = max(by_department, key=lambda d: len(tree.get(d, ())), default=None)
    return by_department[nearest] if nearest is not None else []


def leads(actor: Actor, department_code: str) -> bool:
    """Whether the actor heads the department or one above it."""
    return bool(actor.heads & lineage(department_code))


def may_take_over(actor: Actor, found: Kept) -> bool:
    """Who may become the owner of an app without one: the DX office, heads, and the department's own staff."""
    if actor.kind == "system":
        return True
    if not actor.is_staff or actor.kind != "user":
        return False
    if actor.may(ALL) or actor.may(MANAGE) or leads(actor, found.department_code):
        return True
    place = people.department_by_code(found.department_code) if found.department_code else None
    return place is not None and place.department_id in actor.departments
