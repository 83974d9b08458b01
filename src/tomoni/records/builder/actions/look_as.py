"""Looking at an app as somebody else sees it (この人として見る) leaves a trace."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.people import facade as people
from tomoni.people.models import User
from tomoni.records import rights
from tomoni.records.schema import cache


@action("record_builder.look_as")
def look_as(*, actor: Actor, app: str, person: int) -> Actor:
    """The actor of a person of the staff, to read with and never to write. Needs `manage`; it is noted who looked as whom."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    user = User.objects.filter(pk=person, kind="staff", is_active=True).first()
    if user is None:
        raise NotFound(_("この職員はいません。"))
    audit.record(actor=actor, verb="app.look_as", target=f"app:{schema.id}", fields={"person": person})
    return people.actor_for(user)
