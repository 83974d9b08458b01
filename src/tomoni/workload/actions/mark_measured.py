"""Note what a task takes after a change, measured by the app's own log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.workload.models import Measurement, SurveyRow

MIN_PEOPLE = 3


@action("workload.mark_measured", right="workload.measure")
def mark_measured(
    *,
    actor: Actor,
    task_id: str,
    since: date,
    until: date,
    handled: int = 0,
    active_minutes: int | None = None,
    each_seconds: int | None = None,
    people: int | None = None,
    app: str = "",
    source: str = "",
    by_step: Mapping[str, int] | None = None,
) -> Measurement:
    """Mark a task as measured (計測済み) over the half-open days `[since, until)`.

    `active_minutes` is 作業時間 of all `handled` cases (never 経過日数); `each_seconds` the median of one;
    `by_step` kind of work → seconds of one case. With `people` under 3 only the fact and `handled` are
    kept. The same task, app and period again replaces the figures.
    """
    if since >= until:
        raise Invalid(_("計測の期間が正しくありません。"))
    if handled < 0 or (active_minutes or 0) < 0 or (each_seconds or 0) < 0:
        raise Invalid(_("計測の数は 0 以上にしてください。"))
    if not SurveyRow.objects.filter(task_id=task_id).exists():
        raise Invalid(_("この業務は、業務量調査にありません。"))
    hidden = people is not None and people < MIN_PEOPLE
    figures = {
        "source": source[:200],
        "handled": handled,
        "active_minutes": None if hidden else active_minutes,
        "each_seconds": None if hidden else each_seconds,
        "by_step": {} if hidden else dict(by_step or {}),
        "created_at": clock.now(),
        "created_by": actor.id,
    }
    row, _made = Measurement.objects.update_or_create(
        task_id=task_id, app=app, since=since, until=until, defaults=figures
    )
    audit.record(
        actor=actor,
        verb="workload.measure",
        target=f"task:{task_id}",
        fields={"since": since, "until": until},
    )
    outbox.emit("workload.measured", {"task_id": task_id, "measurement": row.pk})
    return row
