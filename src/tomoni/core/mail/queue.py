"""Queueing a mail in the transaction of the write that causes it."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tomoni.core import clock, outbox
from tomoni.core.errors import Invalid
from tomoni.core.models import Mail


def one_line(text: str) -> bool:
    """Whether a header value holds no line break or control character."""
    return not any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in text)


def send_later(
    *, to: str, subject: str, body: str, purpose: str = "", related: str = "", secret: bool = False
) -> Mail:
    """Queue a mail to one address. Raises `Invalid` for an address or subject that cannot be a header.

    `related` names the thing it is about (`submission:1`), `purpose` why (`status`). Subject and body
    carry no personal data: texts that leave the house say only that there is news and where. `secret`: whoever
    reads the body can act as its receiver (a link to a draft), so no page shows it and it is forgotten once sent.
    """
    to, subject = to.strip(), str(subject).strip()
    try:
        validate_email(to)
    except ValidationError:
        raise Invalid({"to": [_("メールアドレスの形を確かめてください。例: name@example.jp")]}) from None
    if not (one_line(to) and one_line(subject)):
        raise Invalid({"subject": [_("件名は1行で書いてください。")]})
    mail = Mail.objects.create(
        to=to,
        subject=subject[:200],
        body=str(body),
        purpose=purpose,
        related=related,
        secret=secret,
        created_at=clock.now(),
    )
    outbox.emit("mail.queued", {"mail": mail.pk})
    return mail
