"""Which process actions the applicant may run (取り消すなど): chosen on the form, only from the first state."""

from __future__ import annotations

import re

from tomoni.procedures.models import Form
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import ActionSpec

_WITHDRAW = re.compile("取り?消|取り?やめ|取り?下げ|キャンセル")


def possible_actions(schema: AppSchema) -> list[ActionSpec]:
    """The actions a form may open to the applicant: those from the first state."""
    if not schema.states:
        return []
    return [a for a in schema.actions if a.source == schema.states[0].name]


def suggested_actions(schema: AppSchema) -> list[str]:
    """What a new form opens: actions meant for forms, and withdrawals that end in a state of kind `stop`.

    A rejection ends there too, so the name decides; the manager of the form may choose otherwise.
    """
    stops = {s.name for s in schema.states if s.kind == "stop"}
    return [
        a.name
        for a in possible_actions(schema)
        if "form" in a.who or (a.target in stops and _WITHDRAW.search(a.name))
    ]


def applicant_actions(form: Form, schema: AppSchema, state: str) -> list[ActionSpec]:
    """The actions open to the applicant now."""
    if not schema.states or state != schema.states[0].name:
        return []
    return [a for a in possible_actions(schema) if a.name in form.applicant_actions]
