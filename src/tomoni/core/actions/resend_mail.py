"""Sending a mail again that did not arrive."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, NotFound
from tomoni.core.models import Mail


@action("core.resend_mail", right="mail.resend")
def resend_mail(*, actor: Actor, mail: int) -> Mail:
    """Queue a failed or dead mail at once. Raises `Conflict` when it was sent or queued meanwhile."""
    row = Mail.objects.select_for_update().filter(pk=mail).first()
    if row is None:
        raise NotFound()
    if row.state not in (Mail.State.FAILED, Mail.State.DEAD):
        raise Conflict(_("このメールは送信済みか、送信待ちです。もう一度送る必要はありません。"))
    if not row.to:
        raise Conflict(_("古いメールなので、宛先を消してあります。新しく送ってください。"))
    row.state = Mail.State.QUEUED
    row.save(update_fields=["state"])
    payload = {"mail": row.pk}
    # Its own delivery is made due again; a second one beside it could send twice.
    if not outbox.revive("mail.queued", payload, "mail"):
        outbox.emit("mail.queued", payload)
    audit.record(actor=actor, verb="mail.resend", target=f"mail:{row.pk}")
    return row
