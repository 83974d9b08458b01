"""Comments on records, as the API needs them; `records.talk` keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from tomoni.core.actor import Actor
from tomoni.kintone.errors import KintoneError
from tomoni.records.facade import AppSchema

MOST_TEXT = 65_535


class Comment(Protocol):
    """A comment (コメント) as it is read: who wrote it, and whom it mentions."""

    id: int
    text: str
    author: int | None
    created_at: datetime
    users: Sequence[int]
    departments: Sequence[int]


def _talk() -> Any:
    try:
        from tomoni.records.talk import facade  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise KintoneError("GAIA_NS01", 400) from None
    return facade


def listed(actor: Actor, app: AppSchema, record: int) -> list[Any]:
    """The comments of a record, oldest first."""
    return list(_talk().comments(actor=actor, app=app.code, record=record))


def added(
    actor: Actor, app: AppSchema, record: int, text: str, users: Sequence[int], departments: Sequence[int]
) -> Any:
    """A new comment."""
    return _talk().add_comment(
        actor=actor, app=app.code, record=record, text=text, users=users, departments=departments
    )


def deleted(actor: Actor, app: AppSchema, record: int, comment: int) -> None:
    """Delete a comment."""
    _talk().delete_comment(actor=actor, app=app.code, record=record, comment=comment)
