"""Set who may do what (権限) and which records readers see (レコードの条件)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records.actions import _publish
from tomoni.records.schema import check
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldRightSpec, RecordRightSpec, RightSpec


@action("records.set_rights")
def set_rights(
    *,
    actor: Actor,
    app: str,
    rights: Sequence[RightSpec] | None = None,
    record_rule: str | None = None,
    record_rights: Sequence[RecordRightSpec] | None = None,
    field_rights: Sequence[FieldRightSpec] | None = None,
) -> AppSchema:
    """Replace the rights on the app, on records and on fields, and the record rule; None leaves a part. Needs `manage`.

    Owner and deputy keep everything, so nobody locks an app for good. Raises `Invalid`.
    """
    row, _schema = _publish.locked(actor, app)
    if rights is not None:
        check.rights(rights)
        row.rights = [asdict(r) for r in rights]
    if record_rights is not None:
        row.record_rights = [asdict(r) for r in record_rights]
    if field_rights is not None:
        row.field_rights = [asdict(r) for r in field_rights]
    if record_rule is not None:
        row.record_rule = record_rule.strip()
    return _publish.publish(
        row,
        actor,
        "app.set_rights",
        {
            "rights": row.rights,
            "rule": row.record_rule,
            "record_rights": row.record_rights,
            "field_rights": row.field_rights,
        },
    )
