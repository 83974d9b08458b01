"""Reads of comments and of how people want to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tomoni.core.actor import Actor
from tomoni.records import queries, rights
from tomoni.records.record import AppInfo
from tomoni.records.talk import access
from tomoni.records.talk.models import Comment as Row
from tomoni.records.talk.models import Preference

MOST = 5_000


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it is read. `users` and `departments` are those it mentions; `parent` is what it answers.

    `deleted` ones are listed only with `comments(gone=True)`, to keep the thread together.
    """

    id: int
    text: str
    author: int | None
    created_at: datetime
    users: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    parent: int | None = None
    edited_at: datetime | None = None
    deleted: bool = False
    mine: bool = False


def of_row(row: Row, actor: Actor) -> Comment:
    """A row as data."""
    return Comment(
        id=row.pk, text=row.text, author=row.author_id, created_at=row.created_at, users=tuple(row.users),
        departments=tuple(row.departments), parent=row.parent_id, edited_at=row.edited_at,
        deleted=row.deleted_at is not None, mine=row.author_id is not None and row.author_id == actor.id,
    )  # fmt: skip


def comments(*, actor: Actor, app: str, record: int, gone: bool = False) -> list[Comment]:
    """The comments of a record, oldest first; `NotFound` if the actor may not see the record."""
    schema, _record = access.opened(actor, app, record)
    rows = Row.objects.filter(app_id=schema.id, record=record).order_by("pk")
    if not gone:
        rows = rows.filter(deleted_at__isnull=True)
    return [of_row(row, actor) for row in rows[:MOST]]


def may_remove(actor: Actor, app: str, comment: Comment) -> bool:
    """Own comments, and every one for who may `manage` the app."""
    from tomoni.records.schema import cache

    return comment.mine or rights.may(actor, cache.snapshot(app), "manage")


def preferences(actor: Actor) -> list[tuple[AppInfo, str]]:
    """For each app that the actor may see how its mails come."""
    apps = [a for a in queries.apps(actor) if "view" in a.verbs]
    chosen = mail_of([actor.id] if actor.id else [], None)
    return [(a, chosen.get((actor.id or 0, a.id), Preference.Mail.DIGEST.value)) for a in apps]


def mail_of(users: Iterable[int], app_id: int | None) -> dict[tuple[int, int], str]:
    """(person, app) → how mails come; who chose nothing is left out."""
    rows = Preference.objects.filter(user_id__in=list(users))
    if app_id is not None:
        rows = rows.filter(app_id=app_id)
    return {(u, a): mail for u, a, mail in rows.values_list("user_id", "app_id", "mail")}
