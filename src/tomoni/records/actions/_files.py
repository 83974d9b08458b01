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


def own(schema: AppSchema, current: Record, values: Mapping[str, Any]) -> frozenset[int]:
    """The files that the record has; if others are given, also those it had (one query), to restore a version."""
    fields = file_fields(schema)
    found = {n for f in fields for n in current.values.get(f.code, ())}
    given = {n for f in fields if values.get(f.code) for n in _ids(values[f.code])}
    if given <= found:
        return frozenset(found)
    keys = [str(f.id) for f in fields]
    rows = Revision.objects.filter(app_id=schema.id, record=current.id).values_list("changes", flat=True)
    for changes in rows:
        for key in keys:
            for ids in changes.get(key, ()):
                found.update(ids or ())
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
