"""Name owner and deputy of an app, and take over one for which nobody answers any more."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import notices
from tomoni.core.actions import action
from tomoni.core.actor import Actor, system
from tomoni.core.errors import Conflict, Forbidden, Invalid
from tomoni.people.models import User
from tomoni.records import rights
from tomoni.records.actions import _publish
from tomoni.records.keeping import links, owners
from tomoni.records.keeping.models import Keeping
from tomoni.records.models import App
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema


@action("keeping.set_keepers")
def set_keepers(*, actor: Actor, app: str, owner_id: int, deputy_id: int | None) -> AppSchema:
    """Name owner (担当者) and deputy (副担当). Needs `manage`, or to head the department. Both are told."""
    schema = cache.snapshot(app)
    if not rights.may(actor, schema, "manage") and not owners.leads(actor, schema.department_code):
        rights.require(actor, schema, "manage")
    errors = {}
    if not _works_here(owner_id):
        errors["owner_id"] = [_("一覧から選んでください。")]
    if deputy_id is not None and not _works_here(deputy_id):
        errors["deputy_id"] = [_("一覧から選んでください。")]
    elif deputy_id == owner_id:
        errors["deputy_id"] = [_("担当者と副担当は、別の人にしてください。")]
    if errors:
        raise Invalid(errors)
    row, before = _publish.locked(system("keeping"), app)
    if (row.owner_id, row.deputy_id) == (owner_id, deputy_id):
        return before
    row.owner_id, row.deputy_id = owner_id, deputy_id
    after = _publish.publish(row, actor, "keeping.set_keepers", {"owner": owner_id, "deputy": deputy_id})
    _tell(actor, before, after)
    return after


@action("keeping.take_over")
def take_over(*, actor: Actor, app: str) -> AppSchema:
    """Become the owner of an app for which nobody answers; a deputy who is gone is taken off."""
    row = App.objects.select_for_update(no_key=True).filter(code=app, deleted_at__isnull=True)
    found = owners.kept(row)
    if not found or not owners.may_take_over(actor, found[0]) or actor.id is None:
        raise Forbidden("keeping.take_over")
    if not found[0].ownerless:
        raise Conflict(_("このアプリには、もう担当者がいます。"))
    definition, before = _publish.locked(system("keeping"), app)
    definition.owner_id, definition.deputy_id = actor.id, None
    after = _publish.publish(definition, actor, "keeping.take_over", {"owner": actor.id})
    _tell(actor, before, after)
    return after


def _works_here(user_id: int) -> bool:
    return User.objects.filter(pk=user_id, is_active=True, kind=User.Kind.STAFF).exists()


def _tell(actor: Actor, before: AppSchema, after: AppSchema) -> None:
    """Somebody answers for the app again: whoever is new is told."""
    Keeping.objects.filter(app_id=after.id).update(ownerless_since=None)
    told = {after.owner_id, after.deputy_id} - {before.owner_id, before.deputy_id, actor.id, None}
    text = _("「%(app)s」の担当になりました。引継書を読んでください。") % {"app": after.name}
    notices.notify_many(user_ids=[u for u in told if u], text=text, url=links.handover(after.code))
