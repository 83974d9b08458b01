"""Where mails go in the demo: one .eml file each in the data folder."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from tomoni.core import clock


class EmlBackend(BaseEmailBackend):
    """Write each mail to `DATA/mail/<time>-<id>.eml`, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the mails; returns how many."""
        folder = Path(settings.DATA_DIR) / "mail"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for mail in email_messages:
            name = f"{clock.local_now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}.eml"
            part = folder / f".{name}.part"
            part.write_bytes(mail.message().as_bytes())
            os.replace(part, folder / name)
        return len(email_messages)
