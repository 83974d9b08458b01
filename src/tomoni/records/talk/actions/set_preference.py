"""How mails of an app come (通知の受け取り方)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.records import queries
from tomoni.records.talk.models import DigestLine, Preference


@action("talk.set_preferences")
def set_preferences(*, actor: Actor, mails: Mapping[int, str]) -> int:
    """Choose for apps (by number) how one's own mails come. Returns how many apps were chosen for."""
    if actor.kind != "user" or actor.id is None:
        raise Forbidden("talk.preferences")
    if set(mails.values()) - set(Preference.Mail.values):
        raise Invalid(_("「そのつど」「1日1回まとめて」「受け取らない」から選んでください。"))
    known = {a.id for a in queries.apps(actor) if "view" in a.verbs}
    rows = [Preference(user_id=actor.id, app_id=app, mail=how) for app, how in mails.items() if app in known]
    Preference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "app"], update_fields=["mail"]
    )
    quiet = [row.app_id for row in rows if row.mail == Preference.Mail.NONE]
    DigestLine.objects.filter(user_id=actor.id, app_id__in=quiet).delete()
    return len(rows)
