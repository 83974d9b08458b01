"""Records out of the lines of a file, in batches: raw values by field, the record that a key means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.files import open_stored
from tomoni.records import fieldtypes, tablelines
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import tables
from tomoni.records.fieldtypes import Context, Unclean
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.tablelines import Gathered
from tomoni.records.transfer import reading
from tomoni.records.transfer.columns import NUMBER
from tomoni.records.transfer.models import Import

BATCH = 500


@dataclass(slots=True)
class Entry:
    """A record of the file: where it stands, its raw values, the record it changes (None: a new one), what is wrong."""

    line: int
    values: dict[str, Any]
    rows: dict[str, list[int]] = field(default_factory=dict)
    cells: list[str] = field(default_factory=list)
    target: int | None = None
    errors: dict[str, list[Any]] = field(default_factory=dict)


def kind_of(job: Import) -> reading.Kind:
    """How the import's file is written."""
    charset, _sep, tab = job.charset.partition(" ")
    return reading.Kind(charset, "\t" if tab else ",")


def entries(job: Import, schema: AppSchema, *, after: int = 0) -> Iterator[Entry]:
    """The records of the import's file behind a line. Nothing but the present record is in memory."""
    if job.file is None:
        return
    with open_stored(job.file) as file, reading.opened(file, kind_of(job)) as lines:
        next(lines, None)  # the headers
        kept: dict[int, list[str]] = {}

        def by_code() -> Iterator[tuple[int, Mapping[str, Any]]]:
            for number, cells in lines:
                kept[number] = cells
                yield (
                    number,
                    {
                        code: cells[at].strip() if at < len(cells) else ""
                        for at, code in enumerate(job.mapping)
                        if code
                    },
                )

        found: Gathered
        for found in tablelines.gather(schema.fields, by_code()):
            cells = kept.pop(found.line, [])
            for number in [n for n in kept if n < found.line]:
                del kept[number]
            if found.line > after:
                yield Entry(found.line, dict(found.values), found.rows, cells)


def batches(job: Import, schema: AppSchema, actor: Actor, *, after: int = 0) -> Iterator[list[Entry]]:
    """The records in batches, each with the record that its key means."""
    found = entries(job, schema, after=after)
    seen: set[Any] = set()
    while batch := list(islice(found, BATCH)):
        if job.mode != Import.Mode.INSERT:
            aim(job, schema, actor, batch, seen)
        else:
            for entry in batch:
                entry.values.pop(NUMBER, None)
        yield batch


def aim(job: Import, schema: AppSchema, actor: Actor, batch: Sequence[Entry], seen: set[Any]) -> None:
    """Find the records that the keys mean; the errors of keys that mean none, or come twice in the file."""
    keyed: dict[Any, list[Entry]] = {}
    for entry in batch:
        raw = str(entry.values.get(job.key) or "").strip()
        if job.key == NUMBER:
            entry.values.pop(NUMBER, None)
        try:
            key = _stored(schema, actor, job.key, raw) if raw else None
        except Unclean as error:
            entry.errors[job.key] = list(error.messages)
            continue
        if key is None:
            if job.mode == Import.Mode.UPDATE:
                entry.errors[job.key] = [_("キーが空です。")]
        elif key in seen:
            entry.errors[job.key] = [_("同じキーが、ファイルの前の行にあります。")]
        else:
            seen.add(key)
            keyed.setdefault(key, []).append(entry)
    known = _records(schema, job.key, list(keyed))
    for key, found in keyed.items():
        for entry in found:
            entry.target = known.get(key)
            if entry.target is not None:
                entry.values.pop(job.key, None)
            elif job.mode == Import.Mode.UPDATE or job.key == NUMBER:
                entry.errors[job.key] = [_("このキーの記録はありません。")]


def _stored(schema: AppSchema, actor: Actor, code: str, raw: str) -> Any:
    if code == NUMBER:
        digits = raw.rpartition("-")[2]
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            raise Unclean(_("番号で入力してください。"))
        return int(digits)
    spec = schema.field(code)
    kind = fieldtypes.get(spec.type)
    return kind.to_columns(kind.cast(raw, spec, Context(actor=actor)), spec)[-1]


def _records(schema: AppSchema, code: str, keys: list[Any]) -> dict[Any, int]:
    if not keys:
        return {}
    live = tables(schema).record._default_manager.filter(deleted_at__isnull=True)
    if code == NUMBER:
        return {pk: pk for pk in live.filter(pk__in=keys).values_list("pk", flat=True)}
    spec = schema.field(code)
    column = names.column(spec.id or 0, fieldtypes.get(spec.type).key_part)
    return dict(live.filter(**{f"{column}__in": keys}).values_list(column, "pk"))
