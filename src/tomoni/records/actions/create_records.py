"""Create many records at once (取り込み): checked row by row, written in batches, one audit entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes, rights
from tomoni.records._core import emit
from tomoni.records.actions import _access, _clean, _rows, _slots, _trace
from tomoni.records.actions.create_record import SOURCES
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import tables
from tomoni.records.fieldtypes import Context
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema

BATCH = 1_000
MOST_ROWS = 200_000
INDEXED_AT_ONCE = 2_000  # above this the search index follows in a job


@dataclass(frozen=True, slots=True)
class BulkResult:
    """Record numbers of the rows that were written, and errors by row (from 0) and field code."""

    created: list[int] = field(default_factory=list)
    errors: dict[int, dict[str, list[Any]]] = field(default_factory=dict)


@action("records.create_records")
def create_records(
    *,
    actor: Actor,
    app: str,
    rows: Sequence[Mapping[str, Any]],
    source: str = "import",
    skip_bad: bool = False,
) -> BulkResult:
    """Make records from rows of raw cells. With an error nothing is written, unless `skip_bad`: then the good rows.

    Needs `add`, and `import` when the source is an import. One `record.imported` event a batch
    (`{app, records, actor, source}`) stands for the single `record.created` events.
    """
    schema = cache.snapshot(app)
    rights.require(actor, schema, "import" if source == "import" else "add")
    if source not in SOURCES or len(rows) > MOST_ROWS:
        raise Invalid(_("一度に取り込めるのは200,000行までです。"))
    good, errors = check_rows(schema, actor, rows)
    if errors and not skip_bad:
        return BulkResult([], errors)
    created: list[int] = []
    later = len(good) > INDEXED_AT_ONCE
    for start in range(0, len(good), BATCH):
        batch = [values for _index, values in good[start : start + BATCH]]
        numbers = _rows.insert(schema, actor, batch, source, later=later)
        created.extend(numbers)
        emit(
            "record.imported", {"app": schema.code, "records": numbers, "actor": actor.ref, "source": source}
        )
    if later:
        _index_soon()
    if created:
        kinds = _trace.kinds(schema)
        items = (  # one digest a record: the whole of it, not each field
            (_trace.target(schema, number), {"record": {c: kinds[c](v) for c, v in values.items()}})
            for number, (_index, values) in zip(created, good, strict=True)
        )
        audit.record_bulk(actor=actor, verb="record.import", target=f"app:{schema.id}", items=items)
    return BulkResult(created, errors)


def _index_soon() -> None:
    from tomoni.records import jobs

    jobs.index_waiting.enqueue()


def check_rows(
    schema: AppSchema, actor: Actor, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[tuple[int, dict[str, Any]]], dict[int, dict[str, list[Any]]]]:
    """Clean rows with their index, and errors by row: also for the preview of an import. Bounded queries a batch."""
    context = Context(actor=actor)
    fields = _access.Fields(actor, schema)
    loosened = fields.loosened()
    known = {f.code: f for f in _clean.writable(loosened)}
    good: list[tuple[int, dict[str, Any]]] = []
    errors: dict[int, dict[str, list[Any]]] = {}
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        _clean.prefetch(schema, context, batch)
        for index, row in enumerate(batch, start=start):
            cleaned, wrong = _clean.clean(
                loosened, context, _clean.defaults(schema, row), whole=True, cast=True, known=known
            )
            wrong = wrong or _refused(fields, cleaned, row)
            if wrong:
                errors[index] = wrong
            else:
                good.append((index, cleaned))
    for index, code in _repeated(schema, good):
        errors.setdefault(index, {}).setdefault(code, []).append(_("同じ値がすでに登録されています。"))
    good = [item for item in good if item[0] not in errors]
    for index, wrong in _slots.without_seat(schema, good).items():
        errors[index] = wrong
    return [item for item in good if item[0] not in errors], errors


def _refused(
    fields: _access.Fields, cleaned: Mapping[str, Any], row: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Errors of the cells that the actor may not fill in."""
    try:
        fields.refuse_unknown(row)
    except Invalid as error:
        return {code: list(texts) for code, texts in error.errors.items()}
    return _access.given_new(fields, cleaned, row)


def _repeated(schema: AppSchema, good: Sequence[tuple[int, dict[str, Any]]]) -> list[tuple[int, str]]:
    """Rows whose unique value is in the table already, or earlier in the file."""
    found: list[tuple[int, str]] = []
    for spec in (f for f in schema.fields if f.unique and f.id is not None):
        kind = fieldtypes.get(spec.type)
        column = names.column(spec.id or 0, kind.key_part)
        keys = [
            (i, kind.to_columns(v[spec.code], spec)[-1]) for i, v in good if not kind.is_empty(v[spec.code])
        ]
        seen: set[Any] = set()
        for start in range(0, len(keys), 500):
            part = [key for _i, key in keys[start : start + 500]]
            live = tables(schema).record._default_manager.filter(deleted_at__isnull=True)
            seen.update(live.filter(**{f"{column}__in": part}).values_list(column, flat=True))
        for index, key in keys:
            if key in seen:
                found.append((index, spec.code))
            seen.add(key)
    return found
