"""Set who may do what (権限) and which records readers see (レコードの条件)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records.actions import _publish
from tomoni.records.schema import check
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import RightSpec


@action("records.set_rights")
def set_rights(
    *, actor: Actor, app: str, rights: Sequence[RightSpec], record_rule: str | None = None
) -> AppSchema:
    """Replace the rights; `record_rule` too unless None. Needs `manage`.

    Owner and deputy keep everything, so nobody locks an app for good. Raises `Invalid`.
    """
    row, _schema = _publish.locked(actor, app)
    check.rights(rights)
    row.rights = [asdict(r) for r in rights]
    if record_rule is not None:
        row.record_rule = record_rule.strip()
    return _publish.publish(row, actor, "app.set_rights", {"rights": row.rights, "rule": row.record_rule})
