"""A login with its password in a header (kintone's X-Cybozu-Authorization): without a session, without a second factor."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections import OrderedDict
from typing import Literal

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.hashers import make_password

from tomoni.core.actor import Actor
from tomoni.core.town import town
from tomoni.people.backends import allowed
from tomoni.people.models import User
from tomoni.people.queries import actor_for

KEPT, SECONDS = 1_000, 300
_known: OrderedDict[str, float] = OrderedDict()
_lock = threading.Lock()


def actor_for_password(login: str, password: str) -> Actor | Literal["second_factor"] | None:
    """Who a login and password mean; None if they are wrong, `second_factor` for accounts that have or need one.

    A password that was right is remembered for five minutes as a keyed digest, in this process only, since checking
    one takes as long as a hundred reads. A new password has another digest.
    """
    user = User.objects.filter(username=login, is_active=True).first()
    if user is None or not allowed(user):
        make_password(password)  # as slow as for an account that exists
        return None
    if not _right(user, password):
        return None
    needed = settings.ENV.staff_mfa and user.kind == User.Kind.STAFF and not (user.demo and town().demo)
    if needed or is_mfa_enabled(user):
        return "second_factor"
    return actor_for(user)


def _right(user: User, password: str) -> bool:
    text = f"{user.pk}\0{user.password}\0{password}"
    key = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
    now = time.monotonic()
    with _lock:
        if _known.get(key, 0) > now:
            return True
    if not user.check_password(password):
        return False
    with _lock:
        _known[key] = now + SECONDS
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return True
