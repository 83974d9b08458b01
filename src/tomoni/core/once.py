"""A form sent twice (a double tap) does its work once: the second answer is that of the first."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from tomoni.core import clock
from tomoni.core.actions import in_action
from tomoni.core.models import OnceKey

KEEP = timedelta(days=2)


def new_key() -> str:
    """A key for the hidden field `once` of a form."""
    return uuid4().hex


def run(scope: str, key: str, make: Callable[[], Any]) -> Any:
    """What `make` returned the first time this key came (JSON: ids, codes); it is not called again for two days.

    Call it inside an action, with the actor in `scope` (`"people.create_user:12"`): the key and the work commit
    together, so a refused form may be sent again. A key that is none of ours (empty, malformed) guards nothing.
    """
    if not in_action():
        raise RuntimeError("once.run: call it inside an action")
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", key):
        return make()
    digest = hmac.new(
        settings.SECRET_KEY.encode(), f"once:{scope}:{key}".encode(), hashlib.sha256
    ).hexdigest()
    try:
        with transaction.atomic():
            held = OnceKey.objects.create(key=digest, at=clock.now())
    except IntegrityError:
        return OnceKey.objects.get(key=digest).result
    held.result = make()
    held.save(update_fields=["result"])
    return held.result


def sweep() -> int:
    """Forget keys after two days; returns how many."""
    return OnceKey.objects.filter(at__lt=clock.now() - KEEP).delete()[0]
