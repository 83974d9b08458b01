"""Pseudonyms that last a month (月ごとの仮名): enough to tell two people apart, not to name one."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date

from tomoni.core import unit
from tomoni.core.actor import Actor
from tomoni.records.worktime.models import MonthKey

KEEP_MONTHS = 3
"""Whole months after which a month's pseudonyms and their key are deleted."""


def month_of(day: date) -> str:
    """`2026-11`."""
    return f"{day.year:04d}-{day.month:02d}"


def oldest_kept(today: date) -> date:
    """The first day of the oldest month whose pseudonyms are still kept."""
    months = today.year * 12 + today.month - 1 - KEEP_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def pseudonym(actor: Actor, day: date) -> str:
    """The person's pseudonym in the month of `day`; makes the month's key when it is the first."""
    if actor.kind != "user" or actor.id is None:
        raise ValueError("only people have pseudonyms")
    month = month_of(day)
    key = unit.remembered(("worktime.month", month), lambda: _month_key(month))
    return hmac.new(key, str(actor.id).encode(), hashlib.sha256).hexdigest()


def _month_key(month: str) -> bytes:
    row, _made = MonthKey.objects.get_or_create(month=month, defaults={"key": secrets.token_bytes(32)})
    return bytes(row.key)
