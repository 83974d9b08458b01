"""Notices inside the program (お知らせ)."""

from __future__ import annotations

from collections.abc import Iterable

from tomoni.core import clock
from tomoni.core.models import Notice


def notify(*, user_id: int, text: str, url: str = "") -> Notice:
    """Tell one person something; `url` is a path of this installation. Call it inside an action or a consumer."""
    if url and not (url.startswith("/") and not url.startswith("//")):
        raise ValueError("notices.notify: url must be a path")
    return Notice.objects.create(user_id=user_id, text=str(text)[:300], url=url[:500], created_at=clock.now())


def notify_many(*, user_ids: Iterable[int], text: str, url: str = "") -> int:
    """Tell several people at once; returns how many."""
    now = clock.now()
    rows = [Notice(user_id=u, text=str(text)[:300], url=url[:500], created_at=now) for u in set(user_ids)]
    return len(Notice.objects.bulk_create(rows))


def unread(user_id: int | None) -> int:
    """How many notices a person has not read."""
    return Notice.objects.filter(user_id=user_id, read_at__isnull=True).count() if user_id is not None else 0
