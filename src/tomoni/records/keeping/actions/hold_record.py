"""凍結: keep a record from being disposed of, for example while it is disputed or was asked for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, privacy
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.records.actions import _trace
from tomoni.records.ddl.tables import tables
from tomoni.records.keeping import access
from tomoni.records.keeping.models import Hold
from tomoni.records.schema import cache


@action("keeping.hold_record")
def hold_record(*, actor: Actor, app: str, record: int, reason: str) -> Hold:
    """Put a record on hold. Whoever may open the app's keeping pages may; the reason names no person."""
    schema = access.opened(actor, app)
    reason = reason.strip()
    if not 1 <= len(reason) <= 200:
        raise Invalid({"reason": [_("理由を200文字までで入力してください。")]})
    privacy.refuse_individual_numbers(reason=reason)
    rows = tables(schema).record._default_manager.select_for_update().filter(pk=record)
    if not 0 < record < 2**63 or not rows.exists():
        raise Invalid({"record": [_("この番号の記録はありません。")]})
    found, made = Hold.objects.get_or_create(
        app_id=schema.id,
        record=record,
        released_at=None,
        defaults={"reason": reason, "by_id": actor.id, "at": clock.now()},
    )
    if made:
        audit.record(
            actor=actor, verb="keeping.hold", target=_trace.target(schema, record), fields={"reason": reason}
        )
    return found


@action("keeping.release_record")
def release_record(*, actor: Actor, app: str, record: int) -> None:
    """End a hold; that it was, and who ended it, stays."""
    schema = access.opened(actor, app)
    changed = Hold.objects.filter(app_id=cache.snapshot(app).id, record=record, released_at=None).update(
        released_at=clock.now(), released_by_id=actor.id
    )
    if not changed:
        raise NotFound(record=record)
    audit.record(actor=actor, verb="keeping.release", target=_trace.target(schema, record))
