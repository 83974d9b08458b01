"""Sending: a consumer of the outbox, through Django's mail backends. Temporary refusals are tried again."""

from __future__ import annotations

import logging
import smtplib
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F

from tomoni.core import clock, outbox
from tomoni.core.models import Mail
from tomoni.core.privacy import mask

log = logging.getLogger("tomoni.mail")


class NotYet(Exception):
    """A temporary refusal; the outbox tries again."""


@outbox.consumer("mail.queued", name="mail", atomic=False, max_attempts=10, lease_seconds=300)
def send(event: outbox.Event) -> None:
    """Send one mail and note its fate. A mail already sent is left alone, so a repeated event does no harm."""
    mail = Mail.objects.filter(pk=event.payload["mail"]).exclude(state=Mail.State.SENT).first()
    if mail is None:
        return
    mail.message_id = mail.message_id or message_id(mail)
    Mail.objects.filter(pk=mail.pk).update(attempts=F("attempts") + 1, message_id=mail.message_id)
    try:
        if not message(mail).send(fail_silently=False):
            raise ValueError("no recipient")
    except Exception as error:
        permanent = is_permanent(error)
        note(mail, Mail.State.DEAD if permanent or event.final else Mail.State.FAILED, error)
        raise (outbox.Dead if permanent else NotYet)(plain(error)) from None
    sent: dict[str, Any] = {"state": Mail.State.SENT, "sent_at": clock.now(), "last_error": ""}
    if mail.secret:
        sent["body"] = ""  # it has reached its only reader
    Mail.objects.filter(pk=mail.pk).update(**sent)


def message(mail: Mail) -> EmailMessage:
    """The mail as it leaves; the Message-ID stays the same at each attempt, so a double can be recognised."""
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def message_id(mail: Mail) -> str:
    """A stable Message-ID."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<tomoni.{settings.TOWN_TAG}.{mail.pk}.{int(mail.created_at.timestamp())}@{domain}>"


def is_permanent(error: Exception) -> bool:
    """Whether the other side said "never" (5xx) or the mail cannot be written at all."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return False  # the town's password is wrong, not the mail: keep it until somebody mends it
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code) >= 500
    return isinstance(error, ValueError | UnicodeError)


def plain(error: Exception) -> str:
    """The refusal in one masked line."""
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return mask(f"{type(error).__name__}: {error}")[:500]
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return mask(f"{code} {said}")[:500]


def note(mail: Mail, state: str, error: Exception) -> None:
    """Write the fate of an attempt that did not succeed."""
    Mail.objects.filter(pk=mail.pk).update(state=state, last_error=plain(error))
    log.warning("mail not sent", extra={"mail": mail.pk, "state": str(state)})
