"""Run a process action (処理): from one state to the next."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.records import rights
from tomoni.records.actions import _change, _rows, _slots, _trace
from tomoni.records.ddl.tables import tables
from tomoni.records.query import read
from tomoni.records.query.compile import condition
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
) -> Record:
    """Run an action that leaves the record's state, if its condition holds and the actor is among its `who`.

    Without `who`, everybody who may edit the record may run it. Raises `Invalid` when the action does not fit.
    """
    schema = cache.snapshot(app)
    named = [a for a in schema.actions if a.name == action]
    current = _change.locked(actor, schema, record, "view" if any(a.who for a in named) else "edit")
    _change.check_revision(schema, current, revision, {})
    step = next((a for a in named if a.source == current.status), None)
    if step is None:
        raise Invalid(
            _("いまの状態「%(state)s」では「%(action)s」はできません。")
            % {"state": current.status, "action": action[:100]}
        )
    if step.who and not may_run(actor, schema, step, current):
        raise Forbidden("app.action")
    if step.condition and not holds(schema, actor, step, record):
        raise Invalid(_("「%(action)s」の条件を満たしていません。") % {"action": action[:100]})
    return _move(actor, schema, current, step, comment)


def _move(actor: Actor, schema: AppSchema, current: Record, step: ActionSpec, comment: str) -> Record:
    released = _slots.released(schema)
    if current.status in released and step.target not in released:
        _slots.take(schema, current.values, current.id)
    changes = {"ステータス": (current.status, step.target)}
    number = _change.write(
        schema, actor, current, changes, kind="action", system={"status": step.target},
        action=step.name, comment=comment[:2000],
    )  # fmt: skip
    if step.target != current.status:
        now = clock.now()
        _rows.leave_state(schema.id, current.id, now)
        _rows.enter_state(schema.id, [current.id], step.target, now)
    moved = {"from": current.status, "to": step.target, "action": step.name}
    _trace.note(actor, "record.action", schema, current.id, {"ステータス": step.target})
    _trace.event("record.state_changed", schema, current.id, number, actor, **moved)
    return read.one(schema, current.id)


def may_run(actor: Actor, schema: AppSchema, step: ActionSpec, current: Record) -> bool:
    """Whether the actor is among the action's `who` for this record."""
    if actor.kind == "system":
        return True
    departments = rights.department_ids(step.who)
    for who in step.who:
        kind, _sep, value = who.partition(":")
        if rights.matches(who, actor, departments):
            return True
        if actor.id is None or actor.kind not in ("user", "token"):
            continue
        if kind == "creator" and current.creator == actor.id:
            return True
        if kind == "assignee" and actor.id in current.assignees:
            return True
        if kind == "field" and _among(actor, current.values.get(value), schema, value):
            return True
    return False


def _among(actor: Actor, value: object, schema: AppSchema, code: str) -> bool:
    field = schema.by_code.get(code)
    if field is None or not isinstance(value, list):
        return False
    if field.type == "department":
        return bool(actor.departments & set(value))
    return field.type in ("user", "assignee") and actor.id in value


def holds(schema: AppSchema, actor: Actor, step: ActionSpec, record: int) -> bool:
    """Whether the action's condition holds for the record, asked in SQL like every other query."""
    return (
        tables(schema)
        .record._default_manager.filter(pk=record)
        .filter(condition(step.condition, schema, actor))
        .exists()
    )
