"""Sign-ins, sign-outs and refused sign-ins enter the audit chain, without names or addresses."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction

from tomoni.core import audit
from tomoni.core.actor import ANONYMOUS, Actor


def _note(actor: Actor, verb: str, target: str) -> None:
    with transaction.atomic():
        audit.record(actor=actor, verb=verb, target=target)


def _in(sender: Any, user: Any, **_: Any) -> None:
    _note(Actor(kind="user", id=user.pk), "session.in", f"user:{user.pk}")


def _out(sender: Any, user: Any, **_: Any) -> None:
    if user is not None and user.pk:
        _note(Actor(kind="user", id=user.pk), "session.out", f"user:{user.pk}")


def _refused(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    from tomoni.people.models import User

    known = (
        User.objects.filter(username=str(credentials.get("username", ""))[:150])
        .values_list("pk", flat=True)
        .first()
    )
    _note(ANONYMOUS, "session.refused", f"user:{known if known is not None else '-'}")


def connect() -> None:
    """Connect once."""
    user_logged_in.connect(_in, dispatch_uid="people.in")
    user_logged_out.connect(_out, dispatch_uid="people.out")
    user_login_failed.connect(_refused, dispatch_uid="people.refused")
