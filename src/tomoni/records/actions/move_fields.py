"""Reorder the form (項目の並べ替え)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records.actions import _publish
from tomoni.records.actions.add_field import renumber
from tomoni.records.models import Field
from tomoni.records.schema.snapshot import AppSchema


@action("records.move_fields")
def move_fields(*, actor: Actor, app: str, order: Sequence[str]) -> AppSchema:
    """Put the fields in this order; fields that are not named keep their order behind the others. Needs `manage`."""
    row, _schema = _publish.locked(actor, app)
    live = {
        f.code: f
        for f in Field.objects.filter(app=row, parent=None, deleted_at__isnull=True).order_by(
            "position", "id"
        )
    }
    if len(set(order)) != len(order) or any(code not in live for code in order):
        raise Invalid(_("項目が変わっています。画面を開き直してください。"))
    renumber([live[c] for c in order] + [f for c, f in live.items() if c not in set(order)])
    return _publish.publish(row, actor, "app.move_fields")
