"""allauth's adapters: accounts are made by the town; staff keep a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tomoni.people import sign_in
from tomoni.people.backends import allowed


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up; no mails of allauth's own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from `people.actions` only."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Refuse accounts that may not be used here; allauth itself only looks at `is_active`."""
        if not allowed(user):
            return redirect("account_inactive")
        return super().pre_login(request, user, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt in our own way (`people.sign_in`) before the password is looked at."""
        sign_in.attempt(login=str(credentials.get("username", "")), address=self.get_client_ip(request))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The person of the credentials, None for wrong ones."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            sign_in.succeeded(login=str(credentials.get("username", "")), address=self.get_client_ip(request))
        return user

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask for the password again before a second factor is changed, not before the first one is set up."""
        return bool(is_mfa_enabled(self.request.user))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails leave only through the outbox; allauth's notices are not sent."""


class MFAAdapter(DefaultMFAAdapter):
    """Time-based codes and recovery codes."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Staff may not switch the second factor off where it is required."""
        return not (
            settings.ENV.staff_mfa and authenticator.user.kind == "staff" and authenticator.type == "totp"
        )

    def get_totp_label(self, user: Any) -> str:
        """What the authenticator app shows."""
        return str(user.get_username())
