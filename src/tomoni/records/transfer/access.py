"""Who may see an import: who made it, and who may manage the app."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.records import rights
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.transfer.models import Import


def own(actor: Actor, app: str, number: int, *, lock: bool = False) -> tuple[AppSchema, Import]:
    """The app and the import; `NotFound` for somebody else's."""
    schema = cache.snapshot(app)
    held = rights.require(actor, schema, "import")
    rows = Import.objects.filter(pk=number, app_id=schema.id)
    if "manage" not in held.verbs:
        rows = rows.filter(user_id=actor.id or 0)
    row = (rows.select_for_update(of=("self",)) if lock else rows).select_related("file").first()
    if row is None:
        raise NotFound(_("この取り込みはもうありません。"))
    return schema, row
