"""Run a process action (処理): from one state to the next."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.records.actions import _change, _rows, _slots, _trace
from tomoni.records.actions.assign_record import CODE, set_assignees
from tomoni.records.duty import process
from tomoni.records.duty.models import Deed
from tomoni.records.query import read
from tomoni.records.query.sight import own_view
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import ActionSpec


@action("records.run_action")
def run_action(
    *,
    actor: Actor,
    app: str,
    record: int,
    action: str,
    revision: int | None = None,
    comment: str = "",
    assignee: int | None = None,
) -> Record:
    """Run an action that leaves the record's state, if its condition holds and the actor may act on it now.

    In a state with a rule for assignees (作業者) only they act, or their deputy (代理); of `all` each one, before the
    record moves on. Among the action's `who` too; without both, everybody who may edit. `assignee`: the next one,
    where one of several is chosen. Raises `Invalid` when the action does not fit.
    """
    schema = cache.snapshot(app)
    named = [a for a in schema.actions if a.name == action]
    current = _change.locked(actor, schema, record, "view")
    _change.check_revision(schema, current, revision, {})
    step = next((a for a in named if a.source == current.status), None)
    if step is None:
        raise Invalid(
            _("いまの状態「%(state)s」では「%(action)s」はできません。")
            % {"state": current.status, "action": action[:100]}
        )
    found = process.acting(schema, actor, current, step)
    if found.forbidden:
        raise Forbidden("app.action")
    if not found.may:
        raise Invalid(found.refusal)
    if _others_wait(schema, current, step, found.user):
        return own_view(actor, schema, _noted(actor, schema, current, step, comment, found.user))
    moved = move(
        actor, schema, current, step.target, name=step.name, comment=comment, user=found.user, chosen=assignee
    )
    return own_view(actor, schema, moved)


def _others_wait(schema: AppSchema, current: Record, step: ActionSpec, user: int | None) -> bool:
    """Whether further assignees have to run the action before the record moves on."""
    rule = process.assignee_rule(schema, current.status)
    if rule.kind != "all" or len(current.assignees) < 2 or user is None or process.backwards(schema, step):
        return False
    return bool(set(current.assignees) - process.acted(schema, current, step.name) - {user})


def _noted(
    actor: Actor, schema: AppSchema, current: Record, step: ActionSpec, comment: str, user: int | None
) -> Record:
    """One of several assignees has acted; the record stays."""
    number = _change.write(
        schema, actor, current, {}, kind="action", action=step.name, comment=comment[:2000]
    )
    stay = process.stay(schema, current.id)
    Deed.objects.filter(app_id=schema.id, record=current.id, stay=stay, user_id=user or 0).delete()
    _deed(actor, schema, current, number, step.name, user, stay)
    _trace.note(actor, "record.approve", schema, current.id, {})
    _trace.event("record.updated", schema, current.id, number, actor, fields=[])
    return read.one(schema, current.id)


def move(
    actor: Actor, schema: AppSchema, current: Record, target: str, *, name: str, comment: str = "",
    user: int | None = None, chosen: int | None = None, back: bool = False,
) -> Record:  # fmt: skip
    """Bring a locked record into a state, with its assignees; whoever calls has checked the right."""
    released = _slots.released(schema)
    if current.status in released and target not in released:
        _slots.take(schema, current.values, current.id)
    changes: dict[str, tuple[Any, Any]] = {"ステータス": (current.status, target)}
    people = process.following(schema, current, target, chosen, made=back)
    if people is not None and people != list(current.assignees):
        changes[CODE] = (list(current.assignees), people)
    several = process.assignee_rule(schema, current.status).kind == "all" and len(current.assignees) > 1
    deed = user is not None and (several or user != actor.id)
    stay = process.stay(schema, current.id) if deed else 0
    number = _change.write(
        schema, actor, current, changes, kind="action", system={"status": target},
        action=name, comment=comment[:2000],
    )  # fmt: skip
    if CODE in changes:
        set_assignees(schema, current.id, people or [])
    if deed:
        _deed(actor, schema, current, number, name, user, stay)
    if target != current.status:
        now = clock.now()
        _rows.leave_state(schema.id, current.id, now)
        _rows.enter_state(schema.id, [current.id], target, now)
    moved = {"from": current.status, "to": target, "action": name}
    _trace.note(actor, "record.action", schema, current.id, {"ステータス": target})
    _trace.event("record.state_changed", schema, current.id, number, actor, **moved)
    return read.one(schema, current.id)


def _deed(
    actor: Actor, schema: AppSchema, current: Record, number: int, name: str, user: int | None, stay: int
) -> None:
    """Keep whose part was acted, and by whom."""
    if user is None or actor.id is None:
        return
    Deed.objects.create(
        app_id=schema.id, record=current.id, revision=number, stay=stay, action=name, user_id=user,
        by=actor.id, at=clock.now(),
    )  # fmt: skip
