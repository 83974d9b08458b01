"""Comments on records, as the API needs them; records keep them."""

from __future__ import annotations

from collections.abc import Sequence

from tomoni.core.actor import Actor
from tomoni.records import facade
from tomoni.records.facade import AppSchema, Comment

MOST_TEXT = 65_535

__all__ = ["MOST_TEXT", "Comment", "added", "deleted", "listed"]


def listed(actor: Actor, app: AppSchema, record: int) -> list[Comment]:
    """The comments of a record, oldest first."""
    return facade.comments(actor=actor, app=app.code, record=record)


def added(
    actor: Actor, app: AppSchema, record: int, text: str, users: Sequence[int], departments: Sequence[int]
) -> Comment:
    """A new comment; the people and departments mentioned are told, beside those that the text names."""
    return facade.add_comment(
        actor=actor, app=app.code, record=record, text=text, users=users, departments=departments
    )


def deleted(actor: Actor, app: AppSchema, record: int, comment: int) -> None:
    """Delete a comment: one's own, or any for who may manage the app."""
    facade.delete_comment(actor=actor, app=app.code, record=record, comment=comment)
