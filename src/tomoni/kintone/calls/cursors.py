"""Reading very many records: records/cursor.json."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.errors import Forbidden, NotFound
from tomoni.kintone import actions, limits
from tomoni.kintone.call import Ask, call
from tomoni.kintone.calls.records import read_query, wanted
from tomoni.kintone.errors import KintoneError, invalid
from tomoni.kintone.values import Shown
from tomoni.records import facade
from tomoni.records.facade import Record

STEP = 500


@call("POST", "records/cursor")
def create(ask: Ask) -> dict[str, Any]:
    """Take a snapshot of the numbers of all records of a query."""
    actor, app = ask.app("view")
    query = ask.text("query", "", most=10_000)
    asked = read_query(query)
    if asked.limit is not None or asked.offset is not None:
        raise invalid(query=_("カーソルでは limit と offset を使えません。"))
    size = ask.number("size", limits.DEFAULT_READS, least=1, most=limits.CURSOR_SIZE)
    only = wanted(ask, app)
    numbers = facade.ids(actor=actor, app=app.code, query=query)
    made = actions.create_cursor(
        actor=actor, app=app.code, numbers=numbers, fields=sorted(only or ()), size=size
    )
    return {"id": made.key, "totalCount": str(made.total)}


@call("GET", "records/cursor")
def read(ask: Ask) -> dict[str, Any]:
    """The next records of the snapshot, as they are now; those deleted since are left out."""
    key = ask.text("id", most=100)
    step = _first(ask, actions.read_cursor, key)
    try:
        actor, held = ask.caller.verbs(step.app)
        app = facade.schema(code=step.app)
    except NotFound:
        raise KintoneError("GAIA_CN01", 404) from None
    if "view" not in held:
        raise KintoneError("CB_NO02", 403)
    only = frozenset(step.fields) or None
    found: dict[int, Record] = {}
    for start in range(0, len(step.numbers), STEP):
        part = step.numbers[start : start + STEP]
        query = f"$id in ({', '.join(map(str, part))})"
        page = facade.find(
            actor=actor,
            app=app.code,
            query=query,
            limit=STEP,
            fields=sorted(only) if only else None,
            count=False,
        )
        found |= {record.id: record for record in page.records}
    records = [found[number] for number in step.numbers if number in found]
    return {"records": Shown(app, only).records(records), "next": step.more}


@call("DELETE", "records/cursor")
def delete(ask: Ask) -> dict[str, Any]:
    """Forget a cursor."""
    _first(ask, actions.delete_cursor, ask.text("id", most=100))
    return {}


def _first(ask: Ask, act: Any, key: str) -> Any:
    """The act by the token that owns the cursor."""
    for actor in ask.caller.actors:
        try:
            return act(actor=actor, key=key)
        except (KintoneError, Forbidden):
            continue
    raise KintoneError("GAIA_CN01", 404)
