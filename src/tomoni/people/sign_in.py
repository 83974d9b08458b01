"""Guessing of passwords is slowed down without locking people out.

Counted are: a login from one address, a login from anywhere, an address with any login. The first is strict and
hurts only who mistypes there; the second is far above it, so one address alone can never lock somebody out; and who
has a running session from an address is let through the second one there.
"""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tomoni.core import throttle
from tomoni.core.actor import system
from tomoni.core.errors import TooMany
from tomoni.people.actions.report_guessing import report_guessing

HERE, HERE_SECONDS = 5, 300
LOGIN, LOGIN_SECONDS = 100, 3600
ADDRESS, ADDRESS_SECONDS = 200, 3600


def _keys(login: str, address: str) -> tuple[str, str, str]:
    name = login.strip().casefold()[:150]
    return f"sign-in:{name}@{address}", f"sign-in:{name}", f"sign-in@{address}"


def attempt(*, login: str, address: str) -> None:
    """Count an attempt before the password is looked at. Raises `TooMany` saying how long to wait."""
    here, anywhere, from_here = _keys(login, address)
    try:
        throttle.hit(here, limit=HERE, seconds=HERE_SECONDS)
        throttle.hit(from_here, limit=ADDRESS, seconds=ADDRESS_SECONDS)
        _anywhere(anywhere, login, address)
    except TooMany as refused:
        raise _wait(refused) from None


def _anywhere(key: str, login: str, address: str) -> None:
    try:
        count = throttle.hit(key, limit=LOGIN, seconds=LOGIN_SECONDS)
    except TooMany:
        if not UserSession.objects.filter(user__username=login, ip=address).exists():
            raise
    else:
        if count == LOGIN:
            report_guessing(actor=system("sign-in"), login=login, count=count)


def succeeded(*, login: str, address: str) -> None:
    """The password was right: what was mistyped here before is forgotten, the wider counters lose this attempt."""
    here, anywhere, from_here = _keys(login, address)
    throttle.reset(here)
    throttle.give_back(anywhere)
    throttle.give_back(from_here)


def _wait(refused: TooMany) -> TooMany:
    """The refusal with the time to wait, in minutes."""
    seconds = int(refused.details["retry_after"])
    minutes = max(1, -(-seconds // 60))
    wait = ngettext(
        "あと%(n)s分待ってから、もう一度お試しください。",
        "あと%(n)s分待ってから、もう一度お試しください。",
        minutes,
    ) % {"n": minutes}
    help_ = _("パスワードを忘れたときは、DX推進課に新しいリンクを頼んでください。")
    return TooMany(_("サインインの失敗が続いています"), retry_after=seconds, notes=[wait, help_])
