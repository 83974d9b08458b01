"""Many records: records.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.core.search import fold
from tomoni.engines.query import Query, QueryError, parse
from tomoni.kintone import limits
from tomoni.kintone.call import Ask, call, whole
from tomoni.kintone.errors import KintoneError, invalid, translated, within, wrong
from tomoni.kintone.values import Shown, raw_values
from tomoni.kintone.writing import Finder, Target, create, filled, missing
from tomoni.records import facade
from tomoni.records.facade import AppSchema, BadQuery, Record

STEP = 500


@call("GET", "records")
def get_records(ask: Ask) -> dict[str, Any]:
    """The records of a query; `totalCount` counts exactly, and only when it is asked for."""
    actor, app = ask.app("view")
    query = ask.text("query", "", most=10_000)
    asked = read_query(query)
    limit = limits.DEFAULT_READS if asked.limit is None else asked.limit
    if limit > limits.READS:
        raise KintoneError("GAIA_QU01", 400, most=f"{limits.READS:,}")
    if (asked.offset or 0) > limits.OFFSET:
        raise KintoneError("GAIA_QU02", 400, most=f"{limits.OFFSET:,}")
    only = wanted(ask, app)
    counted = ask.flag("totalCount")
    records, total = _read(actor, app, query, limit, only, counted)
    return {"records": Shown(app, only).records(records), "totalCount": None if total is None else str(total)}


def read_query(text: str) -> Query:
    """The syntax tree of a query, for its limit and offset."""
    try:
        return parse(text)
    except QueryError as error:
        raise BadQuery(error) from None


def wanted(ask: Ask, app: AppSchema) -> frozenset[str] | None:
    """The codes in `fields`; None for all."""
    given = ask.items("fields", 1_000, required=False)
    codes = [str(code) for item in given for code in (item.split(",") if isinstance(item, str) else [item])]
    return frozenset(c.strip() for c in codes if c.strip()) or None


def _read(
    actor: Actor, app: AppSchema, query: str, limit: int, only: frozenset[str] | None, counted: bool
) -> tuple[list[Record], int | None]:
    """Pages of the engine until there are enough."""
    found: list[Record] = []
    total: int | None = None
    after: str | None = None
    while True:
        page = facade.find(
            actor=actor,
            app=app.code,
            query=query,
            limit=min(limit - len(found), STEP),
            after=after,
            fields=sorted(only) if only else None,
            count=counted and after is None,
        )
        if counted and after is None:
            total = facade.count(actor=actor, app=app.code, query=query) if page.total_capped else page.total
        found += page.records
        after = page.next
        if after is None or len(found) >= limit:
            return found, total


@call("POST", "records", bulk=True)
def add_records(ask: Ask) -> dict[str, Any]:
    """Add records, all or none."""
    actor, app = ask.app("add")
    given = ask.items("records", limits.WRITES)
    rows = [
        filled(app, actor, raw_values(app, record if record is not None else {}, f"records[{n}]", new=True))
        for n, record in enumerate(given)
    ]
    with within("records"):
        made = facade.create_records(actor=actor, app=app.code, rows=rows, source="api")
    if made.errors:
        raise _bad_rows(made.errors)
    return {"ids": [str(n) for n in made.created], "revisions": ["1"] * len(made.created)}


def _bad_rows(errors: dict[int, dict[str, list[Any]]]) -> KintoneError:
    places: dict[str, list[Any]] = {}
    for number, wrongs in sorted(errors.items()):
        try:
            with within(f"records[{number}]"):
                raise Invalid(wrongs)
        except KintoneError as error:
            places |= error.errors
    return KintoneError("CB_VA01", 400, errors=places)


@call("PUT", "records", bulk=True)
def update_records(ask: Ask) -> dict[str, Any]:
    """Change records, all or none; with `upsert`, those that are not there are added."""
    upsert = ask.flag("upsert")
    actor, app = ask.app("edit")
    if upsert:
        ask.app("add")
    items = ask.items("records", limits.WRITES)
    finder = Finder(ask, actor, app)
    finder.learn(items)
    plan = _plan(finder, items)
    unknown = next((found for _place, _item, found in plan if found.record is None), None)
    if unknown is not None and not upsert:
        raise missing(unknown)
    changed = _changed(ask, actor, app, plan, upsert)
    answers = []
    for number, (place, item, found) in enumerate(plan):
        added = number not in changed
        record = create(actor, app, item.get("record"), place, found.key) if added else changed[number]
        done = {"id": str(record.id), "revision": str(record.revision)}
        if upsert:
            done["operation"] = "INSERT" if added else "UPDATE"
        answers.append(done)
    return {"records": answers}


_Plan = list[tuple[str, dict[str, Any], Target]]


def _plan(finder: Finder, items: list[Any]) -> _Plan:
    """Each item with its place and the record that it names; a record and a new key can be named once."""
    plan: _Plan = []
    seen: set[Any] = set()
    for number, item in enumerate(items):
        place = f"records[{number}]"
        if not isinstance(item, dict):
            raise wrong(place, _("オブジェクトで指定してください。"))
        found = finder.target(item, place)
        named = found.record or tuple((code, fold(str(value))) for code, value in found.key.items())
        if named in seen:
            raise wrong(f"{place}.id", _("同じレコードが2回指定されています。"))
        seen.add(named)
        plan.append((place, item, found))
    return plan


def _changed(ask: Ask, actor: Actor, app: AppSchema, plan: _Plan, upsert: bool) -> dict[int, Record]:
    """Change the records that are there, in one go; by their place in the call. With `upsert`, others are left out."""
    updates = {
        number: facade.RecordUpdate(
            found.record,
            raw_values(app, item.get("record"), place, new=False),
            ask.revision(item.get("revision"), f"{place}.revision"),
        )
        for number, (place, item, found) in enumerate(plan)
        if found.record is not None
    }
    while updates:
        rows = list(updates)
        with within("records"):
            made = facade.update_records(actor=actor, app=app.code, updates=list(updates.values()))
        if not made.errors:
            return {rows[row]: record for row, record in made.records.items()}
        gone = [rows[row] for row, error in made.errors.items() if isinstance(error, NotFound)]
        if not upsert or len(gone) < len(made.errors):
            told = {
                rows[row]: error for row, error in made.errors.items() if not upsert or rows[row] not in gone
            }
            raise _refused(told, plan)
        updates = {number: update for number, update in updates.items() if number not in gone}
    return {}


def _refused(errors: Mapping[int, Exception], plan: _Plan) -> KintoneError:
    """What is wrong with the first record; wrong values of all of them are told together."""
    first = next(iter(errors))
    if isinstance(errors[first], Invalid):
        return _bad_rows({n: e.errors for n, e in errors.items() if isinstance(e, Invalid)})
    return translated(errors[first], plan[first][2].given)


@call("DELETE", "records", bulk=True)
def delete_records(ask: Ask) -> dict[str, Any]:
    """Move records to the trash, all or none."""
    actor, app = ask.app("delete")
    ids = [whole(i, f"ids[{n}]", 1) for n, i in enumerate(ask.items("ids", limits.WRITES))]
    revisions = ask.items("revisions", limits.WRITES, required=False)
    if revisions and len(revisions) != len(ids):
        raise invalid(revisions=_("ids と同じ数にしてください。"))
    if len(set(ids)) < len(ids):
        raise invalid(ids=_("同じレコードが2回指定されています。"))
    checked = [ask.revision(r, f"revisions[{n}]") for n, r in enumerate(revisions)] or [None] * len(ids)
    for number, revision in zip(ids, checked, strict=True):
        with within("ids", number):
            if revision is not None:
                record = facade.get(actor=actor, app=app.code, record=number)
                if record.revision != revision:
                    raise KintoneError("GAIA_CO02", 409)
            facade.delete_record(actor=actor, app=app.code, record=number)
    return {}
