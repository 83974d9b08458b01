"""Lists of records: query + reader's rights in one SELECT, seek paging, capped count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import rights
from tomoni.records.ddl.tables import tables
from tomoni.records.query import seek, sight
from tomoni.records.query.compile import compile_query
from tomoni.records.query.reader import reader
from tomoni.records.query.rows import column_list, to_records
from tomoni.records.record import Page
from tomoni.records.schema.snapshot import AppSchema

MOST_ROWS = 500
COUNT_CAP = 10_000
FILTERED_CAP = 1_000  # each of these rows is read to be counted, while a list of all is counted in an index
FAR = 1_000  # an offset beyond this looks for the rows' numbers first


def find(
    actor: Actor,
    schema: AppSchema,
    query: str = "",
    *,
    limit: int = 50,
    after: str | None = None,
    fields: Sequence[str] | None = None,
    count: bool = True,
    trashed: bool = False,
) -> Page:
    """A page of the records that the actor may see. At most four queries, however many records or fields."""
    held = rights.require(actor, schema, "view")
    schema = sight.seen(actor, schema)
    asked = compile_query(query, schema, actor)
    made = tables(schema)
    rows_wanted = min(limit, MOST_ROWS, asked.limit if asked.limit is not None else MOST_ROWS)
    if rows_wanted < 0:
        raise Invalid(_("ページの指定が正しくありません。一覧を開き直してください。"))
    condition = reader(actor, schema, held) & asked.where
    base: Any = made.record._default_manager.filter(condition, deleted_at__isnull=not trashed)
    chosen = list(schema.fields) if fields is None else [f for f in schema.fields if f.code in set(fields)]
    columns = column_list(chosen)
    partly = sight.marks(schema, [code for f in chosen for code in (f.code, *(c.code for c in f.fields))])
    keys = [k.column for k in asked.order]
    every = [*columns, *(k for k in keys if k not in columns)]
    found = base.order_by(*seek.ordering(asked.order)).annotate(**sight.aliases(partly))
    found = found.values_list(*every, *sight.aliases(partly))
    if after:
        found = found.filter(seek.after(made.record, asked.order, after))
    start = 0 if after else asked.offset
    if start > FAR:
        # The skipped rows are passed over in an index; only those of the page are read whole.
        numbers = base.order_by(*seek.ordering(asked.order)).values_list("pk", flat=True)
        rows = list(found.filter(pk__in=list(numbers[start : start + rows_wanted + 1])))
    else:
        rows = list(found[start : start + rows_wanted + 1])
    more = len(rows) > rows_wanted
    rows = rows[:rows_wanted]
    following = None
    if more and rows:
        following = seek.cursor(asked.order, [rows[-1][every.index(k)] for k in keys])
    total, capped = None, False
    if not more and not after and not start:
        total = len(rows)
    elif count:
        plain = not condition and not trashed
        total, capped = _count_all(made.record) if plain else _count(base, min(FILTERED_CAP, COUNT_CAP))
    records = to_records(schema, made, chosen, rows)
    if isinstance(schema, sight.Sight):
        records = [
            sight.blank(schema, r, sight.unseen(row, partly)) for r, row in zip(records, rows, strict=True)
        ]
    return Page(records, following, total, capped)


def _count_all(model: Any) -> tuple[int, bool]:
    """How many live records, up to the cap: all less those in the trash, both by an index without reading rows."""
    rows = model._default_manager.order_by()
    gone = rows.filter(deleted_at__isnull=False).values("pk")[: COUNT_CAP + 1].count()
    if gone > COUNT_CAP:
        return _count(rows.filter(deleted_at__isnull=True), COUNT_CAP)
    number = rows.values("pk")[: COUNT_CAP + 1 + gone].count() - gone
    return min(number, COUNT_CAP), number > COUNT_CAP


def _count(base: Any, cap: int) -> tuple[int, bool]:
    """How many, up to the cap: nobody waits for `count(*)` over a million rows."""
    number = base.order_by().values("pk")[: cap + 1].count()
    return min(number, cap), number > cap


def count(actor: Actor, schema: AppSchema, query: str = "") -> int:
    """How many records the actor may see for a query, exactly: it may take long, so only where somebody asked."""
    return int(_selected(actor, schema, query)[0].order_by().values("pk").count())


def ids(actor: Actor, schema: AppSchema, query: str = "") -> list[int]:
    """The numbers of all records for a query, in its order: what a reader's snapshot is made of."""
    base, asked = _selected(actor, schema, query)
    found = base.order_by(*seek.ordering(asked.order)).values_list("pk", flat=True)
    end = None if asked.limit is None else asked.offset + asked.limit
    return list(found[asked.offset : end])


def _selected(actor: Actor, schema: AppSchema, query: str) -> tuple[Any, Any]:
    held = rights.require(actor, schema, "view")
    schema = sight.seen(actor, schema)
    asked = compile_query(query, schema, actor)
    rows = tables(schema).record._default_manager.filter(reader(actor, schema, held), asked.where)
    return rows.filter(deleted_at__isnull=True), asked
