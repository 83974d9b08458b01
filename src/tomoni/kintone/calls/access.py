"""What the caller may do with records: records/acl/evaluate.json."""

from __future__ import annotations

from typing import Any

from tomoni.core.actor import Actor, system
from tomoni.core.errors import Forbidden, NotFound
from tomoni.kintone import limits
from tomoni.kintone.call import Ask, call, whole
from tomoni.kintone.types import kintone_type, system_fields, written
from tomoni.records import facade
from tomoni.records.facade import AppSchema, Record


@call("GET", "records/acl/evaluate")
def evaluate(ask: Ask) -> dict[str, Any]:
    """For each record, and each of its fields: seen, changed, deleted?"""
    actor, app = ask.app()
    ids = [whole(i, f"ids[{n}]", 1) for n, i in enumerate(ask.items("ids", limits.WRITES))]
    held = facade.verbs(actor=actor, app=app.code)
    return {"rights": [_rights(actor, app, held, number) for number in ids]}


def _rights(actor: Actor, app: AppSchema, held: frozenset[str], number: int) -> dict[str, Any]:
    try:
        record = facade.get(actor=actor, app=app.code, record=number) if "view" in held else None
    except (NotFound, Forbidden):
        record = None
    may = _may(actor, app, held, record) if record is not None else {}
    return {
        "id": str(number),
        "record": {
            "viewable": record is not None,
            "editable": may.get("edit", False),
            "deletable": may.get("delete", False),
        },
        "fields": _fields(actor, app, record, may.get("edit", False)) if record is not None else {},
    }


def _may(actor: Actor, app: AppSchema, held: frozenset[str], record: Record) -> dict[str, bool]:
    """What the rules leave of the caller's verbs on one record."""
    if actor.id is None:
        return {}
    asked = facade.explain(actor=system("kintone"), app=app.code, person=actor.id, record=record.id)
    return {found.verb: found.may and found.verb in held for found in asked}


def _fields(actor: Actor, app: AppSchema, record: Record, editable: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    rules = facade.access(actor=actor, app=app.code, record=record.id)
    for spec in app.fields:
        for field in (spec, *spec.fields):
            seen = "none" not in (rules.get(spec.code), rules.get(field.code))
            entered = written(field, kintone_type(field)) and rules.get(field.code, "edit") == "edit"
            found[field.code] = {"viewable": seen, "editable": editable and seen and entered}
    for spec in system_fields(app):
        found[spec.code] = {"viewable": True, "editable": False}
    return found
