"""One record: record.json."""

from __future__ import annotations

from typing import Any

from tomoni.kintone.call import Ask, call
from tomoni.kintone.errors import within
from tomoni.kintone.values import Shown
from tomoni.kintone.writing import Finder, create, missing, update
from tomoni.records import facade


@call("GET", "record")
def get_record(ask: Ask) -> dict[str, Any]:
    """A record with all its fields."""
    actor, app = ask.app("view")
    number = ask.number("id", least=1)
    with within("record", number):
        record = facade.get(actor=actor, app=app.code, record=number)
    return {"record": Shown(app).records([record])[0]}


@call("POST", "record", bulk=True)
def add_record(ask: Ask) -> dict[str, Any]:
    """Add a record."""
    actor, app = ask.app("add")
    record = create(actor, app, ask.mapping("record", required=False), "record")
    return {"id": str(record.id), "revision": str(record.revision)}


@call("PUT", "record", bulk=True)
def update_record(ask: Ask) -> dict[str, Any]:
    """Change a record, named by its number or by a unique field."""
    actor, app = ask.app("edit")
    found = Finder(ask, actor, app).target(ask.params)
    if found.record is None:
        raise missing(found)
    record = update(actor, app, found.record, ask.mapping("record", required=False), ask.revision(), "record")
    return {"revision": str(record.revision)}
