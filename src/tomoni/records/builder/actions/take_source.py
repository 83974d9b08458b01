"""Take in the file that an app is made from, and tie it to the app."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, files
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.records.actions import _publish
from tomoni.records.builder.models import Source


@action("record_builder.take_source", right="apps.create")
def take_source(*, actor: Actor, upload: Any, name: str, kinds: frozenset[str]) -> int:
    """Keep an uploaded table or sheet of the actor; returns its number."""
    if upload is None:
        raise Invalid({"file": [_("ファイルを選んでください。")]})
    stored = files.store(upload, name=name, actor=actor, kinds=kinds)
    made = Source.objects.create(user_id=actor.id or 0, file=stored, at=clock.now())
    audit.record(actor=actor, verb="app.source", target=f"source:{made.pk}")
    return made.pk


@action("record_builder.tie_source")
def tie_source(*, actor: Actor, source: int, app: str) -> None:
    """The sheet belongs to the app from now on and is shown beside its builder. Needs `manage`."""
    row, _schema = _publish.locked(actor, app)
    if not Source.objects.filter(pk=source, user_id=actor.id or 0, app=None).update(app=row):
        raise NotFound(source=source)
