"""Somebody guesses a password from many addresses: the DX office hears of it."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tomoni.core import audit, notices
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.people.models import User
from tomoni.people.queries import people_with_role


@action("people.report_guessing")
def report_guessing(*, actor: Actor, login: str, count: int) -> int:
    """Tell those who manage people that a login was refused `count` times within the hour; returns how many were told.

    Only for logins that exist; the notice names the person to those who may see them, the audit chain only the id.
    """
    if actor.kind != "system":
        raise Forbidden("people.report_guessing")
    user = User.objects.filter(username__iexact=login.strip()).first()
    if user is None:
        return 0
    told = {u.pk for role in ("dx", "admin") for u in people_with_role(role)}
    with translation.override("ja"):
        text = _("%(name)sさんのサインインが、1時間に%(count)s回失敗しました。本人に確かめてください。") % {
            "name": user.display_name,
            "count": count,
        }
    audit.record(actor=actor, verb="session.guessing", target=f"user:{user.pk}")
    return notices.notify_many(user_ids=told, text=text, url=reverse("people:user", args=[user.pk]))
