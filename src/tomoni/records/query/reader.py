"""The condition under which an actor sees records, in SQL: app rights, own records, the record rule."""

from __future__ import annotations

from django.db.models import Q

from tomoni.core.actor import Actor
from tomoni.records.query.compile import condition
from tomoni.records.rights import Granted
from tomoni.records.schema.snapshot import AppSchema

NOTHING = Q(pk__in=())


def reader(actor: Actor, schema: AppSchema, held: Granted, verb: str = "view") -> Q:
    """The records on which the actor holds `verb`, and which the record rule shows."""
    if actor.kind == "system":
        return Q()
    if verb in held.verbs:
        found = Q()
    elif verb in held.own and actor.id is not None:
        found = Q(created_by=actor.id)
    else:
        return NOTHING
    if schema.record_rule and "manage" not in held.verbs:
        found &= condition(schema.record_rule, schema, actor)
    return found
