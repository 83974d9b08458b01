"""Throttling (回数の制限): fixed windows counted in one table that all processes share."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.db import connection
from django.db.models import F

from tomoni.core import clock
from tomoni.core.actions import in_action
from tomoni.core.errors import TooMany
from tomoni.core.models import ThrottleRow

_UPSERT = """
INSERT INTO core_throttle (key, count, expires) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN core_throttle.expires <= %s THEN 1 ELSE core_throttle.count + 1 END,
  expires = CASE WHEN core_throttle.expires <= %s THEN excluded.expires ELSE core_throttle.expires END
RETURNING count, expires
"""


def _digest(key: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"throttle:{key}".encode(), hashlib.sha256).hexdigest()


def _milliseconds() -> int:
    return int(clock.now().timestamp() * 1000)


def hit(key: str, *, limit: int, seconds: int) -> int:
    """Count one attempt; returns the count in this window. Raises `TooMany` above `limit`.

    Call it in a view, before the action: inside an action's transaction a refusal would undo the
    count, so that raises RuntimeError.
    """
    if in_action():
        raise RuntimeError("throttle.hit: call it in the view, before the action")
    now = _milliseconds()
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [_digest(key), now + seconds * 1000, now, now])
        count, expires = cursor.fetchone()
    if count > limit:
        raise TooMany(retry_after=max(1, -(-(expires - now) // 1000)))
    return int(count)


def blocked(key: str, *, limit: int) -> int:
    """Seconds until `key` may try again, without counting: 0 when it may."""
    now = _milliseconds()
    row = ThrottleRow.objects.filter(key=_digest(key), expires__gt=now, count__gte=limit).first()
    return max(1, -(-(row.expires - now) // 1000)) if row else 0


def reset(key: str) -> None:
    """Forget the attempts, for example after a successful sign-in."""
    ThrottleRow.objects.filter(key=_digest(key)).delete()


def give_back(key: str) -> None:
    """Take one counted attempt back: it turned out to be a good one, while others of the key still count."""
    ThrottleRow.objects.filter(key=_digest(key), count__gt=0).update(count=F("count") - 1)


def sweep() -> int:
    """Remove expired counters; returns how many."""
    return ThrottleRow.objects.filter(expires__lt=_milliseconds()).delete()[0]
