"""Seek paging: a cursor holds the last row's order keys, so that page 1,000 costs as much as page 1."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.records.query.compile import Key

# Never empty. Asked for "empty values last", PostgreSQL would not read them backwards from their index.
FILLED = frozenset({"id", "revision", "created_at", "updated_at", "status"})


def ordering(keys: Sequence[Key]) -> list[Any]:
    """ORDER BY with empty values first (ascending) or last (descending), the same on every database."""
    return [_ordered(key) for key in keys]


def _ordered(key: Key) -> Any:
    if key.column in FILLED:
        return F(key.column).desc() if key.descending else F(key.column).asc()
    return F(key.column).desc(nulls_last=True) if key.descending else F(key.column).asc(nulls_first=True)


def cursor(keys: Sequence[Key], row: Sequence[Any]) -> str:
    """The cursor after a row, from its values of the order keys."""
    data = [v.isoformat() if isinstance(v, date | datetime) else v for v in row]
    text = json.dumps([[("-" if k.descending else "+") + k.column for k in keys], data], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def after(model: type[models.Model], keys: Sequence[Key], text: str) -> Q:
    """The rows behind a cursor. Raises `Invalid` for a cursor that was not made for this order."""
    values = _read(model, keys, text)
    found = Q()
    for key, value in reversed(list(zip(keys, values, strict=True))):
        found = _behind(key, value) | (_same(key, value) & found if found else Q(pk__in=()))
    return found


def _read(model: type[models.Model], keys: Sequence[Key], text: str) -> list[Any]:
    try:
        if len(text) > 60_000:
            raise ValueError
        names, data = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if names != [("-" if k.descending else "+") + k.column for k in keys] or len(data) != len(keys):
            raise ValueError
        return [_typed(model._meta.get_field(k.column), v) for k, v in zip(keys, data, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Invalid(_("ページの指定が正しくありません。一覧を開き直してください。")) from None


def _typed(field: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, models.DateTimeField):
        made = datetime.fromisoformat(value)
        if made.tzinfo is None:
            raise ValueError
        return made
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    if isinstance(field, models.IntegerField):
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
            raise ValueError
        return value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    return value


def _same(key: Key, value: Any) -> Q:
    return Q(**{f"{key.column}__isnull": True}) if value is None else Q(**{key.column: value})


def _behind(key: Key, value: Any) -> Q:
    empty = Q(**{f"{key.column}__isnull": True})
    if key.descending:
        if value is None:
            return Q(pk__in=())
        lower = Q(**{f"{key.column}__lt": value})
        return lower if key.column in FILLED else lower | empty
    return ~empty if value is None else Q(**{f"{key.column}__gt": value})
