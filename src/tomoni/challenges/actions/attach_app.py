"""The tool of a challenge: a kit installed for it, or an app that is there already."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.challenges import neighbours, story
from tomoni.challenges.access import EDIT, locked
from tomoni.challenges.models import Challenge
from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid


@action("challenges.attach_app", right=EDIT)
def attach_app(*, actor: Actor, challenge: int, kit: str = "", app: str = "") -> Challenge:
    """Install the kit for the challenge's task, or attach an existing app that the actor may see.

    Installing twice (a double tap) installs once. Raises `Invalid` for a challenge that skips building,
    `Conflict` when it already has another tool and a round has begun, `NotFound` for an unknown kit or app.
    """
    row = locked(actor, challenge)
    if row.kind == Challenge.Kind.STOP:
        raise Invalid(_("「やめる」取組では、アプリはつくりません。"))
    if row.stage in (Challenge.Stage.ENDED, Challenge.Stage.DONE):
        raise Invalid(_("終わった取組の道具は変えられません。"))
    if row.app_code and ((kit and kit == row.kit_code) or (app and app == row.app_code)):
        return row
    if row.app_code and row.rounds.exists():
        raise Conflict(_("計測を始めたあとは、道具を替えられません。"))
    if kit:
        code = neighbours.install_kit(
            actor=actor, code=kit, task_id=row.task_id, department_id=row.department_id
        )
        row.app_code, row.kit_code = code, kit
    else:
        found = neighbours.app(actor=actor, code=app)
        row.app_code, row.kit_code = found.code, found.kit
    row.updated_at = clock.now()
    row.save(update_fields=["app_code", "kit_code", "updated_at"])
    name = neighbours.app_name(row.app_code)
    story.note(row, "kit" if kit else "app", actor, app=name)
    audit.record(
        actor=actor, verb="challenge.attach_app", target=f"challenge:{row.pk}", fields={"app": row.app_code}
    )
    outbox.emit(
        "challenge.app_attached",
        {"challenge": row.pk, "task_id": row.task_id, "app": row.app_code, "kit": row.kit_code},
    )
    return row
