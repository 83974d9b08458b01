"""Demo passwords are public: refuse them wherever the data does not carry the demo mark."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from tomoni.core.models import Town
from tomoni.people.models import User


class DemoGuard(BaseBackend):
    """The first authentication backend: never lets anybody in, only stops demo people outside the demo.

    `PermissionDenied` ends Django's `authenticate`, so no later backend is asked.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Raise `PermissionDenied` for a demo person where `Town.demo` is false; otherwise say nothing."""
        login = credentials.get("username") or credentials.get(User.USERNAME_FIELD)
        if not login or not User.objects.filter(username__iexact=str(login)[:150], demo=True).exists():
            return
        if not Town.objects.filter(demo=True).exists():
            raise PermissionDenied
