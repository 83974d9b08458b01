"""What people do with failed runs: try again, or mark them as seen."""

from __future__ import annotations

from tomoni.automation import engine
from tomoni.automation.access import require_manage
from tomoni.automation.models import Run
from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, NotFound


@action("automation.retry_run")
def retry_run(*, actor: Actor, run: int) -> Run:
    """Run a failed run once more, with the record as it is now."""
    found = Run.objects.select_related("rule").filter(pk=run).first()
    if found is None or found.rule.deleted_at is not None:
        raise NotFound
    schema = require_manage(actor, found.app_code)
    if found.outcome != Run.Outcome.FAILED:
        raise Conflict
    payload = {**found.payload, "app": found.app_code, "record": found.record}
    engine.attempt(found.rule, schema, found.event, payload, again=True)
    audit.record(
        actor=actor, verb="automation.retry_run", target=f"run:{run}", fields={"app": found.app_code}
    )
    found.refresh_from_db()
    return found


@action("automation.mark_seen")
def mark_seen(*, actor: Actor, app: str) -> int:
    """Mark all failures of an app as seen; they stay in the log. Returns how many."""
    require_manage(actor, app)
    count = Run.objects.filter(app_code=app, outcome=Run.Outcome.FAILED, seen_at=None).update(
        seen_at=clock.now()
    )
    if count:
        audit.record(actor=actor, verb="automation.mark_seen", target=f"app:{app}", fields={"count": count})
    return count
