"""allauth's adapters: accounts are made by the town; staff keep a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No open sign-up; no mails of allauth's own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from `people.actions` only."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails leave only through the outbox; allauth's notices are not sent."""


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Time-based codes and recovery codes."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Staff may not switch the second factor off where it is required."""
        return not (
            settings.ENV.staff_mfa and authenticator.user.kind == "staff" and authenticator.type == "totp"
        )

    def get_totp_label(self, user: Any) -> str:
        """What the authenticator app shows."""
        return str(user.get_username())
