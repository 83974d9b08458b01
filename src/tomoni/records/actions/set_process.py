"""Set the process (処理の流れ): states and actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from django.db import connection
from django.utils.translation import gettext as _

from tomoni.core import clock, stale
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import uses
from tomoni.records.actions import _publish
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import tables
from tomoni.records.models import App, Field, StateLog
from tomoni.records.schema import check
from tomoni.records.schema.renaming import renamed
from tomoni.records.schema.snapshot import AppSchema, spec_of
from tomoni.records.schema.spec import ActionSpec, StateSpec


@action("records.set_process")
def set_process(
    *,
    actor: Actor,
    app: str,
    states: Sequence[StateSpec],
    actions: Sequence[ActionSpec],
    renames: Mapping[str, str] | None = None,
    returns: Sequence[str] | None = None,
    opened_on: str | None = None,
) -> AppSchema:
    """Replace the process. `renames` maps an old state to the one its records take over (a new name, or another).

    `returns`: who may send a record back to any earlier state (None: as it was). `opened_on`: the mark of `state_of` as
    the form was shown; `Conflict` when the process is another by now.

    Needs `manage`. Raises `Invalid` when a state that still has records would disappear. Records of an app that
    had no process enter the first state.
    """
    row, schema = _publish.locked(actor, app)
    present = state_of(schema)
    stale.check(opened_on, present, {"states": tuple(states), "actions": tuple(actions)}, present)
    check.process(states, actions)
    settle(schema, states, renames or {})
    row.states = [asdict(s) for s in states]
    row.actions = [asdict(a) for a in actions]
    _follow(row, schema, actions, {a: b for a, b in (renames or {}).items() if a != b})
    if returns is not None:
        check.who(returns, check.WHO_ACTION, "returns")
        row.settings = {**row.settings, "returns": list(returns)}
    return _publish.publish(row, actor, "app.set_process")


def _follow(row: App, schema: AppSchema, actions: Sequence[ActionSpec], renames: Mapping[str, str]) -> None:
    """Views, conditions, rules, notices and visibility ask for the states by their new names."""
    if not renames:
        return
    made = renamed(replace(spec_of(schema), actions=tuple(actions)), renames)
    for name in ("views", "actions", "record_rights", "notices"):
        setattr(row, name, [asdict(item) for item in getattr(made, name)])
    row.record_rule = made.record_rule
    for field in made.fields:
        if field.visible_if != schema.by_code[field.code].visible_if:
            Field.objects.filter(pk=field.id or 0).update(visible_if=field.visible_if)
    uses.states_renamed(schema.code, renames)


def state_of(schema: AppSchema) -> dict[str, object]:
    """What counts as a change of the process, for the mark of a form (`core.stale`)."""
    return {"states": schema.states, "actions": schema.actions, "returns": schema.settings.get("returns")}


def settle(schema: AppSchema, states: Sequence[StateSpec], renames: Mapping[str, str]) -> None:
    """Bring the records of an app over to the new states. Raises `Invalid` when a state with records would disappear."""
    moved = dict(renames)
    new = {s.name for s in states}
    for old, target in moved.items():
        if target not in new or schema.state(old) is None:
            raise Invalid({"states": [_("移す先の状態がありません: %(name)s") % {"name": target[:100]}]})
    for old, target in moved.items():
        if old != target:
            _rename(schema, old, target)
    gone = {s.name for s in schema.states} - new - moved.keys()
    _check_empty(schema, gone)
    if states:
        _enter_first(schema, states[0].name)


def _rename(schema: AppSchema, old: str, new: str) -> None:
    """Records and their stays take the new name; a change of words is no change of state."""
    tables(schema).record._default_manager.filter(status=old).update(status=new)
    StateLog.objects.filter(app_id=schema.id, state=old).update(state=new)


def _check_empty(schema: AppSchema, gone: set[str]) -> None:
    rows = tables(schema).record._default_manager.filter(status__in=gone, deleted_at__isnull=True)
    state = rows.values_list("status", flat=True).first() if gone else None
    if state is not None:
        raise Invalid({"states": [_("状態「%(name)s」の記録があるため、消せません。") % {"name": state}]})


def _enter_first(schema: AppSchema, first: str) -> None:
    """Records without a state enter the first one."""
    table, now = names.table(schema.id), connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_statelog (app_id, record, state, entered_at, left_at) "  # noqa: S608
            f'SELECT %s, "id", %s, %s, NULL FROM "{table}" WHERE "status" = %s AND "deleted_at" IS NULL',
            [schema.id, first, now, ""],
        )
    tables(schema).record._default_manager.filter(status="").update(status=first)
