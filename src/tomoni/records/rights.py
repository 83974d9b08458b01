"""What an actor may do in an app (アプリの権限)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tomoni.core import unit
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, NotFound
from tomoni.people.models import Department
from tomoni.records.schema.snapshot import AppSchema

VERBS: tuple[str, ...] = ("view", "add", "edit", "delete", "manage", "import", "export")
EVERYTHING = frozenset(VERBS)
MANAGE_ANY = "apps.manage"


@dataclass(frozen=True, slots=True)
class Granted:
    """`verbs` hold for every record (that the record rule shows), `own` only for records the actor made."""

    verbs: frozenset[str]
    own: frozenset[str]

    def may(self, verb: str) -> bool:
        """Whether the verb is granted at all, on some record."""
        return verb in self.verbs or verb in self.own


def matches(who: str, actor: Actor, departments: dict[str, int]) -> bool:
    """Whether a `who` of a right or an action means this actor.

    `creator`, `assignee`, `field:` and `head` without a department depend on the record and are answered elsewhere.
    """
    if who == "form":
        return actor.kind == "anonymous" and any(role.startswith("form:") for role in actor.roles)
    if who.startswith("form:"):
        return actor.kind == "anonymous" and who in actor.roles
    if actor.kind not in ("user", "token"):
        return False
    kind, _, value = who.partition(":")
    if kind == "staff":
        return actor.is_staff
    if kind == "role":
        return value in actor.roles
    if kind == "user":
        return str(actor.id) == value
    if kind == "department":
        return departments.get(value) in actor.departments
    if kind == "unit":
        return departments.get(value) in actor.units
    if kind == "head" and value:
        return departments.get(value) in actor.heads
    return False


def department_ids(whos: Iterable[str]) -> dict[str, int]:
    """The ids of the departments named in rights; no query when none is named."""
    named = (who.partition(":") for who in whos)
    codes = {code for kind, _sep, code in named if code and kind in ("department", "unit", "head")}
    if not codes:
        return {}
    # A code keeps its id for good, so a unit of work need not ask twice.
    known: dict[str, int] = unit.remembered("records.departments", dict)
    if missing := codes - known.keys():
        known.update(Department.objects.filter(code__in=missing).values_list("code", "pk"))
    return {code: known[code] for code in codes if code in known}


def granted(actor: Actor, schema: AppSchema, departments: dict[str, int] | None = None) -> Granted:
    """What the actor may do. Owner and deputy hold everything; the right `apps.manage` holds `manage` everywhere.

    `departments`: the ids of departments by code, when they were read for many apps at once.
    """
    if actor.kind == "system":
        return Granted(EVERYTHING, frozenset())
    if (
        actor.kind in ("user", "token")
        and actor.id is not None
        and actor.id in (schema.owner_id, schema.deputy_id)
    ):
        return Granted(EVERYTHING, frozenset())
    if departments is None:
        departments = department_ids(right.who for right in schema.rights)
    every: set[str] = {"manage"} if actor.may(MANAGE_ANY) else set()
    own: set[str] = set()
    for right in schema.rights:
        if right.who == "creator":
            own.update(right.verbs)
        elif matches(right.who, actor, departments):
            every.update(right.verbs)
    if actor.kind == "anonymous" or actor.id is None:
        own.clear()
    return Granted(frozenset(every), frozenset(own))


def may(actor: Actor, schema: AppSchema, verb: str) -> bool:
    """Whether the actor holds the verb on some record of the app."""
    return granted(actor, schema).may(verb)


def require(actor: Actor, schema: AppSchema, verb: str) -> Granted:
    """The actor's rights if the verb is among them. Who may do nothing in an app is told that it is not there."""
    held = granted(actor, schema)
    if not held.may(verb):
        if not held.verbs and not held.own:
            raise NotFound(app=schema.code)
        raise Forbidden(f"app.{verb}")
    return held
