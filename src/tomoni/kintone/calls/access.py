"""What the caller may do with records: records/acl/evaluate.json."""

from __future__ import annotations

from typing import Any

from tomoni.core.actor import Actor
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
    may = {
        verb: record is not None and verb in held and _may(actor, app, record, verb)
        for verb in ("edit", "delete")
    }
    return {
        "id": str(number),
        "record": {"viewable": record is not None, "editable": may["edit"], "deletable": may["delete"]},
        "fields": _fields(actor, app, record, may["edit"]) if record is not None else {},
    }


def _may(actor: Actor, app: AppSchema, record: Record, verb: str) -> bool:
    """Whether the rules of the app let this person do it to this record."""
    explain = getattr(facade, "explain", None)
    if explain is None:
        return True
    return bool(explain(actor=actor, app=app.code, record=record.id, verb=verb).may)


def _fields(actor: Actor, app: AppSchema, record: Record, editable: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for spec in app.fields:
        for field in (spec, *spec.fields):
            seen = spec.code in record.values or kintone_type(spec) == "REFERENCE_TABLE"
            entered = written(field, kintone_type(field))
            found[field.code] = {"viewable": seen, "editable": editable and seen and entered}
    for spec in system_fields(app):
        found[spec.code] = {"viewable": True, "editable": False}
    return found
