"""Add bookable slots (予約枠の追加)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from django.utils.translation import gettext as _

from tomoni.core import audit
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import rights
from tomoni.records.models import Slot
from tomoni.records.record import SlotSpec
from tomoni.records.schema import cache

MOST = 2_000


@action("records.add_slots")
def add_slots(*, actor: Actor, app: str, field: str, slots: Sequence[SlotSpec]) -> int:
    """Add slots; one that starts at the same time replaces place, end and capacity. Needs `edit` or `manage`."""
    schema = cache.snapshot(app)
    held = rights.granted(actor, schema)
    rights.require(actor, schema, "manage" if "manage" in held.verbs else "edit")
    spec = schema.field(field)
    if spec.type != "slot" or len(slots) > MOST:
        raise Invalid({field: [_("予約枠は一度に2,000個までです。")]})
    rows = []
    for slot in slots:
        capacity = slot.capacity if slot.capacity is not None else spec.options.get("capacity", 1)
        if slot.starts_at.tzinfo is None or slot.ends_at.tzinfo is None or slot.ends_at <= slot.starts_at:
            raise Invalid({field: [_("予約枠の終わりは始まりより後にしてください。")]})
        if isinstance(capacity, bool) or not isinstance(capacity, int) or not 0 <= capacity <= 100_000:
            raise Invalid({field: [_("定員は0以上の整数にしてください。")]})
        rows.append(
            Slot(
                field_id=spec.id or 0,
                starts_at=slot.starts_at.astimezone(UTC),
                ends_at=slot.ends_at.astimezone(UTC),
                place=slot.place.strip()[:200],
                capacity=capacity,
            )
        )
    Slot.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["field", "starts_at"],
        update_fields=["ends_at", "place", "capacity"],
        batch_size=200,
    )
    audit.record(
        actor=actor,
        verb="app.add_slots",
        target=f"app:{schema.id}",
        fields={"field": spec.id, "count": len(rows)},
    )
    return len(rows)
