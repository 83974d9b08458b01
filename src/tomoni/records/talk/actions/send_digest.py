"""The daily mail (1日1回のメール)."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core import mail
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.people.models import User
from tomoni.records.talk.models import DigestLine

MOST_LINES = 50


@action("talk.send_digest")
def send_digest(*, actor: Actor) -> int:
    """Queue one mail for each person whose lines wait, and forget the lines. Returns how many mails. Only the system."""
    if actor.kind != "system":
        raise Forbidden("talk.send_digest")
    sent = 0
    for user in User.objects.filter(pk__in=DigestLine.objects.values("user_id")):
        lines = list(DigestLine.objects.select_related("app").filter(user=user).order_by("app__name", "pk"))
        if user.is_active and user.email and lines:
            sent += _send(user, lines)
        DigestLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    return sent


def _send(user: User, lines: list[DigestLine]) -> int:
    parts: list[str] = []
    for name, group in groupby(lines[:MOST_LINES], key=lambda line: line.app.name):
        parts += [f"■ {name}", *(f"・{line.text}\n  {settings.BASE_URL}{line.url}" for line in group), ""]
    if (more := len(lines) - MOST_LINES) and more > 0:
        parts += [_("ほかに%(n)s件あります。") % {"n": more}, ""]
    parts += [
        _("受け取り方は、次のページで変えられます。"),
        f"{settings.BASE_URL}{reverse('record_talk:preferences')}",
    ]
    try:
        mail.send_later(
            to=user.email,
            subject=_("お知らせ %(n)s件") % {"n": len(lines)},
            body="\n".join(parts),
            purpose="record_digest",
            related=f"user:{user.pk}",
        )
    except Invalid:
        return 0
    return 1
