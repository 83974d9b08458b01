"""Who may open the pages of keeping, and what they may do there."""

from __future__ import annotations

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, NotFound
from tomoni.people.models import Membership, RoleAssignment, User
from tomoni.people.queries import valid
from tomoni.records import rights
from tomoni.records.keeping import owners
from tomoni.records.keeping.models import Disposal
from tomoni.records.models import App
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema

APPROVE = "keeping.approve"


def opened(actor: Actor, app: str) -> AppSchema:
    """The definition for somebody who may manage the app, oversees all apps, or heads its department."""
    schema = cache.snapshot(app)
    if actor.kind == "system" or rights.may(actor, schema, "manage"):
        return schema
    if actor.is_staff and (actor.may(owners.ALL) or owners.leads(actor, schema.department_code)):
        return schema
    if not any(rights.may(actor, schema, verb) for verb in rights.VERBS):
        raise NotFound(app=app)
    raise Forbidden("app.manage")


def may_propose(actor: Actor, schema: AppSchema) -> bool:
    """Whoever may delete in the app, or manage it."""
    return any(rights.may(actor, schema, verb) for verb in ("delete", "manage"))


def may_decide(actor: Actor, disposal: Disposal) -> bool:
    """A manager of the app's department or one above, or the head of app or owner; never the one who proposed."""
    if actor.kind != "user" or not actor.is_staff or actor.id == disposal.proposed_by_id:
        return False
    app: App = disposal.app
    line = owners.lineage(app.department_code)
    if actor.heads & line:
        return True
    if actor.may(APPROVE) and (actor.units & line or not line):
        return True
    if app.owner_id is None or app.owner_id == actor.id:
        return False
    rows = Membership.objects.filter(valid(clock.today()), user_id=app.owner_id)
    return bool(actor.heads & set(rows.values_list("department_id", flat=True)))


def deciders(app: App) -> list[int]:
    """Whom to tell of a proposal: the department's heads, else the managers of the department and above."""
    heads = owners.heads_of(app.department_code)
    if heads:
        return heads
    line = owners.lineage(app.department_code)
    rows = User.objects.filter(
        pk__in=Membership.objects.filter(valid(clock.today()), department_id__in=line).values("user_id"),
        is_active=True,
        role_assignments__in=RoleAssignment.objects.filter(valid(clock.today()), role="manager"),
    )
    return list(rows.distinct().values_list("pk", flat=True)[:20])
