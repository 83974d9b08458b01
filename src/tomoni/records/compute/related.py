"""Related records (関連レコード): read when they are shown, with the reader's own rights."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.records import fieldtypes
from tomoni.records.compute.lookups import as_text, check_there, source_of, value_of
from tomoni.records.query.find import find
from tomoni.records.record import Page, Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

COMPARED = frozenset({"=", "in"})


def quoted(text: str) -> str:
    """A text as the query language writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def query_of(field: FieldSpec, source: AppSchema, text: str) -> str:
    """The query that finds the related records of a value."""
    that = source.field(field.options["that"])
    operators = fieldtypes.get(that.type).operators
    found = f"{that.code} = {quoted(text)}" if "=" in operators else f"{that.code} in ({quoted(text)})"
    if field.options.get("query"):
        found += f" and ({field.options['query']})"
    if field.options.get("sort"):
        found += f" order by {field.options['sort']}"
    return found


def related(actor: Actor, schema: AppSchema, record: Record, code: str) -> Page:
    """The related records that the actor may see; an empty page when there are none or the app may not be seen."""
    field = schema.field(code)
    if field.type != "reference":
        raise NotFound(field=code)
    this = schema.by_code.get(field.options["this"])
    if this is None:
        return Page([])
    text = as_text(this, value_of(record, this)) if not _blank(record, this) else ""
    if not text:
        return Page([])
    try:
        source = cache.snapshot(field.options["app"])
        return find(
            actor, source, query_of(field, source, text), limit=field.options.get("limit", 20), count=False
        )
    except (NotFound, Forbidden, Invalid):
        return Page([])


def _blank(record: Record, field: FieldSpec) -> bool:
    value: Any = value_of(record, field)
    return fieldtypes.get(field.type).is_empty(value)


def check(before: AppSchema | None, schema: AppSchema, actor: Actor) -> None:
    """Raise `Invalid` under the field's code when new or changed related records do not fit the other app."""
    old = {f.id: f for f in before.fields} if before else {}
    for field in schema.fields:
        former = old.get(field.id)
        if field.type != "reference" or (former is not None and dict(former.options) == dict(field.options)):
            continue
        this = schema.by_code.get(field.options["this"])
        source = source_of(field.code, field.options["app"], actor)
        that = source.by_code.get(field.options["that"])
        if this is None or this.table or that is None or not COMPARED & fieldtypes.get(that.type).operators:
            raise Invalid({field.code: [_("一致させる項目を選び直してください。")]})
        check_there(field, source, actor)
