"""Create a record (レコードの追加)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import rights
from tomoni.records.actions import _access, _clean, _files, _rows, _slots, _trace
from tomoni.records.actions.assign_record import set_assignees
from tomoni.records.duty import process
from tomoni.records.fieldtypes import Context
from tomoni.records.models import RequestKey
from tomoni.records.query import read
from tomoni.records.query.sight import own_view
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema

SOURCES = frozenset({"form", "staff", "api", "import", "kit", "system"})


@action("records.create_record")
def create_record(
    *, actor: Actor, app: str, values: Mapping[str, Any], source: str = "staff", request_id: str = ""
) -> Record:
    """Make a record from raw values. The same `request_id` again gives the record that the first call made.

    Raises `Forbidden` without `add`, `Invalid` with errors by field, `NotFound` for an app one may not know of.
    """
    schema = cache.snapshot(app)
    rights.require(actor, schema, "add")
    fields = _access.on_create(actor, schema, values)
    if source not in SOURCES:
        raise Invalid(_("入力の形が正しくありません。"))
    key = _request_key(schema, actor, request_id)
    if key and (earlier := _claim(schema, key)) is not None:
        return own_view(actor, schema, read.one(schema, earlier))
    context = Context(actor=actor)
    cleaned = _clean.clean_or_raise(fields.loosened(), context, _clean.defaults(schema, values), whole=True)
    if errors := _access.given_new(fields, cleaned, values):
        raise Invalid(errors)
    _files.check_free(schema, actor, cleaned)
    _slots.take(schema, cleaned)
    number = _rows.insert(schema, actor, [cleaned], source)[0]
    if key:
        RequestKey.objects.filter(key=key).update(record=number)
    if schema.states and schema.states[0].assignee.who:
        made = read.one(schema, number)
        first = process.following(schema, made, schema.initial_state, None, made=True)
        set_assignees(schema, number, first or [])
    filled = {code: value for code, value in cleaned.items() if value not in (None, "", [])}
    _trace.note(actor, "record.create", schema, number, filled)
    _trace.event("record.created", schema, number, 1, actor, source=source, to=schema.initial_state)
    return own_view(actor, schema, read.one(schema, number))


def _request_key(schema: AppSchema, actor: Actor, request_id: str) -> str:
    if not request_id:
        return ""
    if len(request_id) > 200:
        raise Invalid(_("入力の形が正しくありません。"))
    return hashlib.sha256(f"{schema.id}|{actor.ref}|{request_id}".encode()).hexdigest()


def _claim(schema: AppSchema, key: str) -> int | None:
    """Claim a request key for this transaction; the record's number if an earlier request made it.

    A concurrent request with the same key waits here until the first one ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_requestkey (key, app_id, record, at) VALUES (%s, %s, NULL, %s) ON CONFLICT DO NOTHING",
            [key, schema.id, connection.ops.adapt_datetimefield_value(clock.now())],
        )
        if cursor.rowcount:
            return None
    return RequestKey.objects.values_list("record", flat=True).get(key=key)
