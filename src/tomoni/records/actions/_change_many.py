"""Changing many records at once: as `_change`, in statements whose number does not grow with the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from tomoni.core import audit, clock
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.records import fieldtypes, rights, search
from tomoni.records._core import emit_many
from tomoni.records.actions import _rows, _sql, _tables, _trace
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import tables
from tomoni.records.models import Revision
from tomoni.records.query.reader import reader
from tomoni.records.query.rows import column_list, to_records
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

CHUNK = 500
Pairs = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Held:
    """The records that are locked for a change, and those that the actor may see but not change."""

    records: dict[int, Record]
    forbidden: frozenset[int]


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Lots that one statement takes."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def locked(actor: Actor, schema: AppSchema, numbers: Sequence[int], verb: str) -> Held:
    """Lock the records on which the actor holds the verb, in the order of their numbers. Raises `NotFound` for the app."""
    held = rights.granted(actor, schema)
    if not held.verbs and not held.own and actor.kind != "system":
        raise NotFound(app=schema.code)
    ordered = sorted({n for n in numbers if 0 < n < 2**63})
    found = read_many(schema, ordered, reader(actor, schema, held, verb), lock=True)
    rest = [n for n in ordered if n not in found]
    seen = reader(actor, schema, held)
    live = tables(schema).record._default_manager.filter(seen, deleted_at__isnull=True)
    visible = {pk for part in chunks(rest) for pk in live.filter(pk__in=part).values_list("pk", flat=True)}
    return Held(found, frozenset(visible))


def read_many(
    schema: AppSchema, numbers: Sequence[int], condition: Any = None, *, lock: bool = False
) -> dict[int, Record]:
    """Records by number, as `read.one` reads one; those that are not there are left out."""
    made, found = tables(schema), {}
    for part in chunks(numbers):
        rows: Any = made.record._default_manager.filter(pk__in=part, deleted_at__isnull=True).order_by("pk")
        if condition is not None:
            rows = rows.filter(condition)
        if lock:
            rows = rows.select_for_update()
        lines = list(rows.values_list(*column_list(schema.fields)))
        found.update({record.id: record for record in to_records(schema, made, schema.fields, lines)})
    return found


def write(
    schema: AppSchema, actor: Actor, changes: Sequence[tuple[Record, Pairs]], *, comment: str = ""
) -> None:
    """Write changes of locked records: rows, links, tables, search index, revisions, one audit entry, events."""
    if not changes:
        return
    now = clock.now()
    columns = {record.id: _columns(schema, pairs) for record, pairs in changes}
    grams = _Index(schema, changes, columns)
    _rows_of(schema, actor, changes, columns, now)
    changes = [(record, _with_rows(schema, record, pairs)) for record, pairs in changes]
    _links(schema, changes)
    grams.write(columns)
    Revision.objects.bulk_create(
        (
            _trace.revision_row(
                schema=schema, record=record.id, number=record.revision + 1, kind="update", actor=actor,
                at=now, changes=pairs, comment=comment,
            )
            for record, pairs in changes
        ),
        batch_size=CHUNK,
    )  # fmt: skip
    _traces(schema, actor, changes)


def _columns(schema: AppSchema, pairs: Pairs) -> dict[str, Any]:
    return _rows.columns_of(schema, {code: new for code, (_old, new) in pairs.items()})


def _rows_of(
    schema: AppSchema, actor: Actor, changes: Sequence[tuple[Record, Pairs]],
    columns: Mapping[int, Mapping[str, Any]], now: Any,
) -> None:  # fmt: skip
    """UPDATE the rows in the order given, so that a unique value may be handed on."""
    meta, who = tables(schema).record._meta, _rows.person(actor)
    lots: list[tuple[tuple[str, ...], list[list[Any]]]] = []
    for record, _pairs in changes:
        row = {**columns[record.id], "revision": record.revision + 1, "updated_at": now, "updated_by": who}
        line = [*(_sql.adapt(meta.get_field(name), value) for name, value in row.items()), record.id]
        if not lots or lots[-1][0] != tuple(row):
            lots.append((tuple(row), []))
        lots[-1][1].append(line)
    try:
        with transaction.atomic():
            for named, lines in lots:
                _sql.update_many(names.table(schema.id), named, lines)
    except IntegrityError as error:
        raise _sql.taken(schema, error) from None


def _with_rows(schema: AppSchema, record: Record, pairs: Pairs) -> Pairs:
    """Write the rows of the tables that changed; the pairs with the numbers of new rows."""
    done = dict(pairs)
    for field in _tables.table_fields(schema):
        if field.code in done:
            old, rows = done[field.code]
            done[field.code] = (old, _tables.write(schema, record.id, field, old or [], rows))
    return done


def _links(schema: AppSchema, changes: Sequence[tuple[Record, Pairs]]) -> None:
    made, linked = tables(schema), _rows.of_storage(schema, "links")
    lots: dict[tuple[int, ...], list[tuple[int, dict[str, Any]]]] = {}
    for record, pairs in changes:
        if fields := tuple(f.id or 0 for f in linked if f.code in pairs):
            new = {code: value for code, (_old, value) in pairs.items()}
            lots.setdefault(fields, []).append((record.id, new))
    for fields, rows in lots.items():
        for part in chunks(rows):
            numbers = [pk for pk, _new in part]
            made.link._default_manager.filter(record__in=numbers, field__in=fields).delete()
            _rows.insert_links(schema, made, part)


class _Index:
    """The search entries of the records whose texts change: read before the rows are written, changed afterwards."""

    def __init__(
        self, schema: AppSchema, changes: Sequence[tuple[Record, Pairs]],
        columns: Mapping[int, Mapping[str, Any]],
    ) -> None:  # fmt: skip
        self.schema = schema
        folded = set(_rows.folded_columns(schema))
        texted = {f.code for f in _tables.table_fields(schema) if _tables.has_text(schema, f)}
        self.rewritten = [r.id for r, pairs in changes if texted & pairs.keys()]
        moved = {r.id for r, _pairs in changes if folded & columns[r.id].keys()} | set(self.rewritten)
        self.numbers = sorted(moved)
        self.texts = self._texts()
        self.rows = self._row_texts(self.numbers)

    def _texts(self) -> dict[int, dict[str, Any]]:
        named, found = _rows.folded_columns(self.schema), {}
        for part in chunks(self.numbers):
            rows = tables(self.schema).record._default_manager.filter(pk__in=part)
            for pk, *texts in rows.values_list("pk", *named):
                found[pk] = dict(zip(named, texts, strict=True))
        return found

    def _row_texts(self, numbers: Sequence[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for part in chunks(numbers):
            found.update(search.row_texts(self.schema, part))
        return found

    def write(self, columns: Mapping[int, Mapping[str, Any]]) -> None:
        """Bring the index up to date with the changed columns and rows."""
        now = {**self.rows, **{pk: [] for pk in self.rewritten}, **self._row_texts(self.rewritten)}
        lines = []
        for pk in self.numbers:
            old = self.texts[pk]
            new = {name: columns[pk].get(name, text) for name, text in old.items()}
            before = search.index_text([*old.values(), *self.rows.get(pk, ())])
            lines.append((pk, before, search.index_text([*new.values(), *now.get(pk, ())])))
        search.change_many(self.schema.id, lines)


def _traces(schema: AppSchema, actor: Actor, changes: Sequence[tuple[Record, Pairs]]) -> None:
    """One audit entry for all (its own for a single one), and the event of each, so that rules and notices follow."""
    new = [(record, {code: value for code, (_old, value) in pairs.items()}) for record, pairs in changes]
    if len(new) == 1:
        _trace.note(actor, "record.update", schema, new[0][0].id, new[0][1])
    else:
        items = (
            (_trace.target(schema, record.id), {"record": _trace.json_values(schema, values)})
            for record, values in new
        )
        audit.record_bulk(actor=actor, verb="record.update_many", target=f"app:{schema.id}", items=items)
    emit_many(
        "record.updated",
        [
            {
                "app": schema.code, "record": record.id, "revision": record.revision + 1,
                "actor": actor.ref, "fields": sorted(values),
            }
            for record, values in new
        ],
    )  # fmt: skip


def unique_errors(schema: AppSchema, changes: Sequence[tuple[int, Record, Pairs]]) -> list[tuple[int, str]]:
    """Rows whose unique value another record has at that moment, when the changes are made one after the other."""
    found: list[tuple[int, str]] = []
    for spec in (f for f in schema.fields if f.unique and f.id is not None):
        column = names.column(spec.id or 0, fieldtypes.get(spec.type).key_part)
        live = tables(schema).record._default_manager
        wanted = [
            (row, record, *(_key(spec, value) for value in pairs[spec.code]))
            for row, record, pairs in changes
            if spec.code in pairs
        ]
        owner: dict[Any, int] = {}
        keys = list({key for _row, _record, _old, key in wanted if key is not None})
        for part in chunks(keys):
            rows = live.filter(deleted_at__isnull=True, **{f"{column}__in": part})
            owner.update(rows.values_list(column, "pk"))
        for row, record, old, key in wanted:
            if key is not None and owner.get(key, record.id) != record.id:
                found.append((row, spec.code))
                continue
            if owner.get(old) == record.id:
                del owner[old]
            if key is not None:
                owner[key] = record.id
    return found


def _key(spec: FieldSpec, value: Any) -> Any:
    """What the unique index holds of a value; None when it is empty."""
    kind = fieldtypes.get(spec.type)
    return None if kind.is_empty(value) else kind.to_columns(value, spec)[-1]
