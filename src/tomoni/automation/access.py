"""Who may see and change the rules of an app: whoever may manage the app."""

from __future__ import annotations

from typing import Any

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.records import facade as records


def may_manage(actor: Actor, app: str) -> bool:
    """Whether the actor may manage the app."""
    return actor.kind == "system" or records.may(actor=actor, app=app, verb="manage")


def require_manage(actor: Actor, app: str) -> Any:
    """The app's schema. `NotFound` for those who may not know of the app, `Forbidden` for those who only use it."""
    schema = records.schema(code=app) if actor.kind == "system" else records.app(actor=actor, code=app)
    if not may_manage(actor, app):
        raise Forbidden("app.manage")
    return schema
