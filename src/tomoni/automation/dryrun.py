"""What a rule would do with records that are there, without doing it (試す)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tomoni.automation import engine, registry
from tomoni.automation.kinds.base import Context, Failed
from tomoni.automation.models import Rule
from tomoni.core.actor import Actor
from tomoni.records import facade as records

SAMPLE = 50


@dataclass(frozen=True, slots=True)
class Trial:
    """One record: whether it fits, and what each action would do or why it could not."""

    record: int
    status: str
    met: bool
    told: tuple[tuple[bool, str], ...]


def run(rule: Rule, schema: Any, actor: Actor) -> list[Trial]:
    """Try the rule on the newest records that the actor may see, at most `SAMPLE`. Nothing is written or sent."""
    # Only where something is done with the others too are these of interest.
    where = f"({rule.when}) " if rule.when.strip() and not rule.otherwise else ""
    query = f"{where}order by $id desc"
    found = records.find(actor=actor, app=rule.app_code, query=query, limit=SAMPLE, count=False).records
    if not found:
        return []
    fitting = _fitting(rule, [r.id for r in found])
    payload = {"to": "", "from": ""}
    trials = []
    for record in found:
        context = Context(schema, record, engine.actor_of((rule.pk,)), rule.pk, rule.name, payload)
        met = record.id in fitting
        actions = rule.actions if met else rule.otherwise
        trials.append(
            Trial(record.id, record.status, met, tuple(_preview(context, data) for data in actions))
        )
    return trials


def _fitting(rule: Rule, ids: list[int]) -> frozenset[int]:
    """The ids that fit the condition, in one query."""
    if not rule.when.strip():
        return frozenset(ids)
    numbers = ", ".join(f'"{n}"' for n in ids)
    page = records.find(
        actor=engine.READER,
        app=rule.app_code,
        query=f"$id in ({numbers}) and ({rule.when})",
        limit=SAMPLE,
        count=False,
    )
    return frozenset(r.id for r in page.records)


def _preview(context: Context, data: Any) -> tuple[bool, str]:
    kind = registry.KINDS.get(data.get("kind", ""))
    if kind is None:
        return False, str(data.get("kind", ""))
    try:
        return True, kind.preview(context, data)
    except Failed as error:
        return False, str(error)
