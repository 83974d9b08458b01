"""Who may read and write the comments of a record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.records import queries
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema


def opened(actor: Actor, app: str, record: int) -> tuple[AppSchema, Record]:
    """The app and the record, if the actor may see it; `NotFound` otherwise."""
    schema = cache.snapshot(app)
    return schema, queries.get(actor, app, record)


def on(schema: AppSchema) -> bool:
    """Whether the app has comments; they are there unless its settings say no."""
    return schema.settings.get("comments", True) is not False


def require_on(schema: AppSchema) -> None:
    """`Invalid` in words where the app has no comments."""
    if not on(schema):
        raise Invalid({"text": [_("このアプリでは、コメントが使われていません。")]})


def writer(actor: Actor) -> int | None:
    """The person who writes; residents and devices do not comment."""
    if actor.kind in ("user", "token"):
        return actor.id
    if actor.kind == "system":
        return None
    raise Forbidden("app.view")
