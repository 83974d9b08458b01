"""What every write leaves behind: a revision (values), an audit entry (digests) and an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tomoni.core import audit
from tomoni.core.actor import Actor
from tomoni.records import fieldtypes
from tomoni.records._core import emit
from tomoni.records.fieldtypes import table
from tomoni.records.models import Revision
from tomoni.records.schema.snapshot import AppSchema


def target(schema: AppSchema, record: int) -> str:
    """The name of a record in the audit chain."""
    return f"record:{schema.id}/{record}"


def json_values(schema: AppSchema, values: Mapping[str, Any]) -> dict[str, Any]:
    """Clean values as JSON data by code."""
    return {code: fieldtypes.get(schema.field(code).type).to_json(value) for code, value in values.items()}


def kinds(schema: AppSchema) -> dict[str, Callable[[Any], Any]]:
    """For each code what makes JSON data of a clean value: for many rows."""
    return {code: fieldtypes.get(field.type).to_json for code, field in schema.by_code.items()}


def revision(
    *,
    schema: AppSchema,
    record: int,
    number: int,
    kind: str,
    actor: Actor,
    at: datetime,
    changes: Mapping[str, tuple[Any, Any]],
    action: str = "",
    comment: str = "",
) -> None:
    """Keep what changed, by field id, from and to. `changes` is by code with clean values; `status` by its name."""
    revision_row(
        schema=schema, record=record, number=number, kind=kind, actor=actor, at=at,
        changes=changes, action=action, comment=comment,
    ).save(force_insert=True)  # fmt: skip


def revision_row(
    *,
    schema: AppSchema,
    record: int,
    number: int,
    kind: str,
    actor: Actor,
    at: datetime,
    changes: Mapping[str, tuple[Any, Any]],
    action: str = "",
    comment: str = "",
) -> Revision:
    """A revision that is not written yet."""
    kept: dict[str, list[Any]] = {}
    for code, (old, new) in changes.items():
        field = schema.by_code[code]
        kind_of = fieldtypes.get(field.type)
        if kind_of.storage == "rows":
            sides = table.difference(old or [], new or [])
            kept[str(field.id)] = [table.part_to_json(side, field) for side in sides]
            continue
        kept[str(field.id) if field.id is not None else field.type] = [
            kind_of.to_json(old),
            kind_of.to_json(new),
        ]
    return Revision(
        app_id=schema.id,
        record=record,
        revision=number,
        kind=kind,
        at=at,
        user_id=actor.id if actor.kind in ("user", "token") else None,
        actor_ref=actor.ref,
        action=action,
        comment=comment,
        changes=kept,
    )


def note(actor: Actor, verb: str, schema: AppSchema, record: int, values: Mapping[str, Any]) -> None:
    """The audit entry of a change: digests of the values, never the values."""
    audit.record(actor=actor, verb=verb, target=target(schema, record), fields=json_values(schema, values))


def event(kind: str, schema: AppSchema, record: int, number: int, actor: Actor, **more: Any) -> None:
    """The event of a change, without personal values."""
    emit(kind, {"app": schema.code, "record": record, "revision": number, "actor": actor.ref, **more})
