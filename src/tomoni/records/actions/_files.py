"""Which files may be attached: one's own uploads and what this record has or had; never another record's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records.ddl.tables import tables
from tomoni.records.fieldtypes.user import ids_of, tokens
from tomoni.records.models import Revision
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


def file_fields(schema: AppSchema) -> list[FieldSpec]:
    """The app's file fields."""
    return [f for f in schema.fields if f.type == "file"]


def columns(schema: AppSchema) -> list[tuple[FieldSpec, FieldSpec]]:
    """The file columns of the app's tables, each with its table."""
    return [(f, c) for f in schema.fields for c in f.fields if c.type == "file"]


def inside(table: FieldSpec, column: FieldSpec, values: Mapping[str, Any]) -> Iterable[Any]:
    """What the rows of a table hold in a file column."""
    rows = values.get(table.code)
    for row in rows if isinstance(rows, list | tuple) else ():
        if isinstance(row, Mapping) and isinstance(row.get("values"), Mapping):
            yield row["values"].get(column.code) or ()


def own(schema: AppSchema, current: Record, values: Mapping[str, Any]) -> frozenset[int]:
    """The files that the record has; if others are given, also those it had (one query), to restore a version."""
    fields = file_fields(schema)
    found = {n for f in fields for n in current.values.get(f.code, ())}
    given = {n for f in fields if values.get(f.code) for n in _ids(values[f.code])}
    for table, column in columns(schema):
        found.update(n for ids in inside(table, column, current.values) for n in ids)
        given.update(n for raw in inside(table, column, values) for n in _ids(raw))
    if given <= found:
        return frozenset(found)
    keys = [str(f.id) for f in fields]
    rows = Revision.objects.filter(app_id=schema.id, record=current.id).values_list("changes", flat=True)
    for changes in rows:
        for key in keys:
            for ids in changes.get(key, ()):
                found.update(ids or ())
        for table, column in columns(schema):
            for side in changes.get(str(table.id), ()):
                for row in (side or {}).get("rows", {}).values():
                    found.update(row.get(str(column.id)) or ())
    return frozenset(found)


def _ids(raw: Any) -> Iterable[int]:
    try:
        return ids_of(tokens(raw))
    except ValueError:
        return ()


def check_free(
    schema: AppSchema, actor: Actor, cleaned: Mapping[str, Any], record: int | None = None
) -> None:
    """Residents are all the same nobody, so a file that another record has cannot be theirs; raises `Invalid`."""
    if actor.kind != "anonymous":
        return
    for field in file_fields(schema):
        if cleaned.get(field.code):
            rows = tables(schema).link._default_manager.filter(field=field.id, number__in=cleaned[field.code])
            if rows.exclude(record=record or 0).exists():
                raise Invalid({field.code: [_("ファイルを選び直してください。")]})
    for table, column in columns(schema):
        ids = [n for found in inside(table, column, cleaned) for n in found]
        rows = tables(schema).children[table.id or 0].link._default_manager.filter(field=column.id)
        if ids and rows.filter(number__in=ids).exclude(record=record or 0).exists():
            raise Invalid({table.code: [_("ファイルを選び直してください。")]})
