"""Many records: records.json."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.engines.query import Query, QueryError, parse
from tomoni.kintone import limits
from tomoni.kintone.call import Ask, call, whole
from tomoni.kintone.errors import KintoneError, invalid, within, wrong
from tomoni.kintone.values import Shown, raw_values
from tomoni.kintone.writing import Finder, Target, create, filled, missing, update
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
    answers = []
    seen: set[int] = set()
    for number, item in enumerate(items):
        place = f"records[{number}]"
        if not isinstance(item, dict):
            raise wrong(place, _("オブジェクトで指定してください。"))
        found = finder.target(item, place)
        if found.record is not None and found.record in seen:
            raise wrong(f"{place}.id", _("同じレコードが2回指定されています。"))
        record, added = _written(ask, actor, app, found, item, place)
        finder.made(found, record.id)
        seen.add(record.id)
        done = {"id": str(record.id), "revision": str(record.revision)}
        if upsert:
            done["operation"] = "INSERT" if added else "UPDATE"
        answers.append(done)
    return {"records": answers}


def _written(
    ask: Ask, actor: Actor, app: AppSchema, found: Target, item: dict[str, Any], place: str
) -> tuple[Record, bool]:
    """One record of many: changed, or added where `upsert` allows it."""
    upsert = ask.flag("upsert")
    if found.record is not None:
        revision = ask.revision(item.get("revision"), f"{place}.revision")
        try:
            return update(actor, app, found.record, item.get("record"), revision, place), False
        except KintoneError as error:
            if error.code != "GAIA_RE01" or not upsert:
                raise
    elif not upsert:
        raise missing(found)
    return create(actor, app, item.get("record"), place, found.key), True


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
