"""Authentication: demo accounts exist only where the data carries the demo mark."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from tomoni.core.town import town
from tomoni.people.models import User


def allowed(user: User | None) -> bool:
    """Whether the account may be used on this installation at all."""
    return user is not None and (not user.demo or bool(town().demo))


class AuthenticationBackend(AllauthBackend):
    """allauth's backend, closed to demo accounts outside the demo, for new and running sessions alike."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Active, and not a demo account on real data."""
        return bool(super().user_can_authenticate(user)) and allowed(user)

    def get_user(self, user_id: Any) -> Any:
        """The person of a session; None ends the session."""
        user = super().get_user(user_id)
        return user if allowed(user) else None
