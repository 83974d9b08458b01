"""Change, close or remove one bookable slot (予約枠の変更・締切・削除). A booking is never lost by it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.records import rights
from tomoni.records.actions._slots import holders
from tomoni.records.ddl import names
from tomoni.records.models import Slot
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema


@action("records.change_slot")
def change_slot(*, actor: Actor, app: str, slot: int, capacity: int, place: str) -> None:
    """Set capacity and place. Needs `edit` or `manage`; `Invalid` for a capacity below the seats that are taken.

    A capacity equal to the taken seats closes the slot: nobody is sent away, nobody more comes in.
    """
    schema, row, taken = _held(actor, app, slot)
    if isinstance(capacity, bool) or not isinstance(capacity, int) or not 0 <= capacity <= 100_000:
        raise Invalid({"capacity": [_("定員は0以上の整数にしてください。")]})
    if capacity < taken:
        raise Invalid(
            {"capacity": [_("もう%(n)s件の予約があるので、それより少なくはできません。") % {"n": taken}]}
        )
    row.capacity, row.place = capacity, place.strip()[:200]
    row.save(update_fields=["capacity", "place"])
    _note(actor, "app.change_slot", schema, row, {"capacity": capacity})


@action("records.remove_slot")
def remove_slot(*, actor: Actor, app: str, slot: int) -> None:
    """Remove a slot that nobody has booked. Needs `edit` or `manage`; `Conflict` while it has bookings."""
    schema, row, taken = _held(actor, app, slot)
    if taken:
        raise Conflict(
            _("この枠には%(n)s件の予約があるので、消せません。先に予約を移すか、取り消してください。")
            % {"n": taken}
        )
    _note(actor, "app.remove_slot", schema, row, {})
    row.delete()


def _held(actor: Actor, app: str, slot: int) -> tuple[AppSchema, Slot, int]:
    """The slot, locked, with the seats that are taken: nobody can book it until the transaction ends."""
    schema = cache.snapshot(app)
    held = rights.granted(actor, schema)
    rights.require(actor, schema, "manage" if "manage" in held.verbs else "edit")
    fields = {f.id: f for f in schema.fields if f.type == "slot"}
    row = Slot.objects.select_for_update().filter(pk=slot, field__in=list(fields)).first()
    if row is None:
        raise NotFound(slot=slot)
    field = fields[row.field_id]
    taken = holders(schema, field).filter(**{names.column(field.id or 0): row.starts_at}).count()
    return schema, row, taken


def _note(actor: Actor, verb: str, schema: AppSchema, row: Slot, more: dict[str, Any]) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=f"app:{schema.id}",
        fields={"field": row.field_id, "starts_at": row.starts_at.isoformat()} | more,
    )
