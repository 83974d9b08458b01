"""Reporting what the freed time was really used for, a month at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tomoni.challenges import story
from tomoni.challenges.access import EDIT, locked
from tomoni.challenges.models import Challenge, UseReport
from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid

MOST = Decimal(10_000)


@action("challenges.report_uses", right=EDIT)
def report_uses(*, actor: Actor, challenge: int, month: date, hours: Mapping[str, Decimal]) -> Challenge:
    """Store the hours of each use kind for a month (its first day); a second report of a month replaces it."""
    row = locked(actor, challenge)
    month = month.replace(day=1)
    if month > clock.today():
        raise Invalid({"month": [_("これからの月は報告できません。")]})
    if not hours or any(h < 0 or h > MOST for h in hours.values()):
        raise Invalid({"hours": [_("時間は 0 以上の数で入力してください。")]})
    uses = {u.kind: u for u in row.uses.all()}
    if not set(hours) <= set(uses):
        raise Invalid({"hours": [_("この取組にない使い道です。画面を開き直してください。")]})
    for kind, value in hours.items():
        UseReport.objects.update_or_create(
            use=uses[kind],
            month=month,
            defaults={"hours": value, "reported_by": actor.id, "reported_at": clock.now()},
        )
    story.note(row, "uses", actor, month=month.isoformat())
    audit.record(
        actor=actor, verb="challenge.report_uses", target=f"challenge:{row.pk}", fields={"month": str(month)}
    )
    outbox.emit(
        "challenge.uses_reported", {"challenge": row.pk, "task_id": row.task_id, "month": month.isoformat()}
    )
    return row
