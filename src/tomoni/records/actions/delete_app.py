"""Put a whole app into the trash, and take it out again (アプリの削除・復元). Tables and records stay."""

from __future__ import annotations

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.records import rights
from tomoni.records.actions import _publish
from tomoni.records.models import App
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema


@action("records.delete_app")
def delete_app(*, actor: Actor, app: str) -> None:
    """Delete an app into the trash. Needs `manage`."""
    row, _schema = _publish.locked(actor, app)
    row.deleted_at = clock.now()
    _publish.publish(row, actor, "app.delete")


@action("records.restore_app")
def restore_app(*, actor: Actor, app: str) -> AppSchema:
    """Take an app out of the trash with all its records. Needs `manage` on it."""
    row = App.objects.select_for_update(no_key=True).filter(code=app, deleted_at__isnull=False).first()
    if row is None:
        raise NotFound(app=app)
    rights.require(actor, cache.load(row.pk, row.version, row.stamp), "manage")
    row.deleted_at = None
    return _publish.publish(row, actor, "app.restore")
