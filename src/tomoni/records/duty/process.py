"""The rules of a process: who may act on a record now, who works on it next, who has acted and who has not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import rights
from tomoni.records.ddl.tables import tables
from tomoni.records.duty import people
from tomoni.records.duty.models import Deed
from tomoni.records.models import StateLog
from tomoni.records.query.compile import condition
from tomoni.records.query.means import whole
from tomoni.records.query.reader import reader
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import ActionSpec, AssigneeSpec


@dataclass(frozen=True, slots=True)
class Acting:
    """Whether an actor may run an action now: `refusal` says in words why not; `user` is whose part they act."""

    refusal: str = ""
    user: int | None = None
    forbidden: bool = False

    @property
    def may(self) -> bool:
        """Whether nothing stands against it."""
        return not self.refusal


def acting(schema: AppSchema, actor: Actor, record: Record, step: ActionSpec) -> Acting:
    """Whether the actor, or somebody they stand in for today, may run the action on the record."""
    schema = whole(schema)
    if step.source != record.status:
        text = _("いまの状態「%(state)s」では「%(action)s」はできません。")
        return Acting(text % {"state": record.status, "action": step.name})
    if actor.kind == "system":
        return _conditioned(schema, actor, record, step, Acting())
    first = Acting()
    for principal in people.principals(actor, schema.code):
        refusal = _refusal(schema, principal, record, step)
        if not refusal:
            return _conditioned(schema, principal, record, step, Acting(user=principal.id))
        first = first if first.refusal else Acting(refusal, forbidden=True)
    return first


def _refusal(schema: AppSchema, actor: Actor, record: Record, step: ActionSpec) -> str:
    rule = assignee_rule(schema, record.status)
    if rule.who and not _assigned(schema, actor, record, rule):
        return _("いまの作業者ではないため、処理できません。")
    if step.who and not people.meant(actor, schema, step.who, record.id):
        return _("この処理をする人に含まれていません。")
    if not step.who and not rule.who and not _may_edit(schema, actor, record):
        return _("この記録を処理する権限がありません。")
    if rule.kind == "all" and len(record.assignees) > 1 and actor.id in acted(schema, record, step.name):
        return _("すでに処理しています。ほかの作業者の処理を待っています。")
    return ""


def _assigned(schema: AppSchema, actor: Actor, record: Record, rule: AssigneeSpec) -> bool:
    if actor.id is not None and actor.id in record.assignees:
        return True
    if record.assignees and rule.kind != "any":
        return False
    return people.meant(actor, schema, rule.who, record.id)


def _may_edit(schema: AppSchema, actor: Actor, record: Record) -> bool:
    held = rights.granted(actor, schema)
    rows = tables(schema).record._default_manager.filter(pk=record.id)
    return rows.filter(reader(actor, schema, held, "edit")).exists()


def _conditioned(schema: AppSchema, actor: Actor, record: Record, step: ActionSpec, found: Acting) -> Acting:
    if step.condition and not holds(schema, actor, step, record.id):
        return Acting(_("「%(action)s」の条件を満たしていません。") % {"action": step.name})
    return found


def holds(schema: AppSchema, actor: Actor, step: ActionSpec, record: int) -> bool:
    """Whether the action's condition holds for the record, asked in SQL like every other query."""
    schema = whole(schema)
    rows = tables(schema).record._default_manager.filter(pk=record)
    return rows.filter(condition(step.condition, schema, actor)).exists()


def assignee_rule(schema: AppSchema, state: str) -> AssigneeSpec:
    """Who works on records in a state; a rule without words when nobody is named."""
    found = schema.state(state)
    return found.assignee if found is not None else AssigneeSpec()


def backwards(schema: AppSchema, step: ActionSpec) -> bool:
    """Whether an action leads to an earlier state: one assignee is enough to send a record back."""
    order = [s.name for s in schema.states]
    return order.index(step.target) < order.index(step.source)


def following(
    schema: AppSchema, record: Record, state: str, chosen: int | None, *, made: bool = False
) -> list[int] | None:
    """The assignees of a record that enters a state; None: they stay. Raises `Invalid` when one must be chosen.

    `made`: the record is being made and nobody can choose; then whoever the rule means may act.
    """
    rule = assignee_rule(schema, state)
    if not rule.who:
        return [] if record.assignees and assignee_rule(schema, record.status).who else None
    found = people.candidates(schema, rule.who, record)
    if rule.kind != "one":
        return found if rule.kind == "all" or len(found) <= people.MOST else []
    if chosen is not None:
        if chosen not in found:
            raise Invalid({"assignee": [_("この人は次の作業者になれません。一覧から選んでください。")]})
        return [chosen]
    if len(found) > 1 and not made:
        raise Invalid({"assignee": [_("次の作業者を選んでください。")]}, candidates=found)
    return found if len(found) == 1 else []


def stay(schema: AppSchema, record: int) -> int:
    """The number of the record's present stay in its state; 0 when it is in none."""
    rows = StateLog.objects.filter(app_id=schema.id, record=record, left_at__isnull=True)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def acted(schema: AppSchema, record: Record, action: str) -> set[int]:
    """The assignees who have run this action in the record's present stay."""
    rows = Deed.objects.filter(
        app_id=schema.id, record=record.id, stay=stay(schema, record.id), action=action
    )
    return set(rows.values_list("user_id", flat=True)) & set(record.assignees)


@dataclass(frozen=True, slots=True)
class Approval:
    """One assignee where all must act: what they did, and who did it for them."""

    user: int
    action: str = ""
    by: int | None = None


def approvals(schema: AppSchema, record: Record) -> list[Approval]:
    """Who has acted and who has not, where all of several assignees must; empty elsewhere."""
    if assignee_rule(schema, record.status).kind != "all" or len(record.assignees) < 2:
        return []
    rows = Deed.objects.filter(app_id=schema.id, record=record.id, stay=stay(schema, record.id))
    deeds = {d.user_id: d for d in rows.order_by("pk")}
    return [
        Approval(pk, deeds[pk].action, deeds[pk].by if deeds[pk].by != pk else None)
        if pk in deeds
        else Approval(pk)
        for pk in record.assignees
    ]


def earlier_states(schema: AppSchema, record: Record) -> list[str]:
    """The states a record has been in before and could be returned to, in the order of the process."""
    been = set(
        StateLog.objects.filter(app_id=schema.id, record=record.id, left_at__isnull=False).values_list(
            "state", flat=True
        )
    )
    return [s.name for s in schema.states if s.name in been and s.name != record.status]


def returners(schema: AppSchema) -> Sequence[str]:
    """Who may send a record back to an earlier state (設定 `returns`)."""
    found = schema.settings.get("returns") or ()
    return [w for w in found if isinstance(w, str)] if isinstance(found, list | tuple) else []


def may_return(schema: AppSchema, actor: Actor, record: Record) -> Acting:
    """Whether the actor may send the record back: among `returns`, and the assignee where the state has a rule."""
    schema = whole(schema)
    refused = Acting(_("前の状態に戻す権限がありません。"), forbidden=True)
    if not returners(schema):
        return refused
    rule = assignee_rule(schema, record.status)
    for principal in people.principals(actor, schema.code):
        if not people.meant(principal, schema, returners(schema), record.id):
            continue
        if actor.kind == "system" or not rule.who or _assigned(schema, principal, record, rule):
            return Acting(user=principal.id)
    return refused


def preview(
    schema: AppSchema, actor: Actor, records: Iterable[Record], action: str
) -> list[tuple[Record, str]]:
    """For each record why the action cannot be run on it now; empty when it can."""
    found = []
    for record in records:
        step = next((a for a in schema.actions_from(record.status) if a.name == action), None)
        if step is None:
            text = _("いまの状態「%(state)s」では「%(action)s」はできません。")
            found.append((record, text % {"state": record.status, "action": action[:100]}))
        else:
            found.append((record, acting(schema, actor, record, step).refusal))
    return found
