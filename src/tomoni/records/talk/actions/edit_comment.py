"""Mend or remove a comment (コメントを直す・消す)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, NotFound
from tomoni.records import rights
from tomoni.records.actions._trace import target
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.talk import access
from tomoni.records.talk.actions.add_comment import checked
from tomoni.records.talk.models import Comment
from tomoni.records.talk.queries import Comment as Shown
from tomoni.records.talk.queries import of_row


@action("talk.edit_comment")
def edit_comment(*, actor: Actor, app: str, record: int, comment: int, text: str) -> Shown:
    """Change the text of one's own comment; it is marked as edited. People newly named with `@` are told."""
    schema, row = _found(actor, app, record, comment)
    access.require_on(schema)
    if row.author_id is None or row.author_id != access.writer(actor):
        raise Forbidden("app.manage")
    if text.strip() == row.text:
        return of_row(row, actor)
    users, departments = checked(text, (), ())
    new = {
        "users": sorted(set(users) - set(row.users)),
        "departments": sorted(set(departments) - set(row.departments)),
    }
    row.text, row.users, row.departments, row.edited_at = text.strip(), users, departments, clock.now()
    row.save(update_fields=["text", "users", "departments", "edited_at"])
    audit.record(
        actor=actor, verb="comment.edit", target=target(schema, record), fields={"comment": row.text}
    )
    outbox.emit(
        "comment.edited",
        {"app": schema.code, "record": record, "comment": row.pk, "actor": actor.ref, **new},
    )
    return of_row(row, actor)


@action("talk.delete_comment")
def delete_comment(*, actor: Actor, app: str, record: int, comment: int) -> None:
    """Delete one's own comment, or any for who may `manage` the app. Its text is erased at once."""
    schema, row = _found(actor, app, record, comment)
    own = row.author_id is not None and row.author_id == access.writer(actor)
    if not own and not rights.may(actor, schema, "manage"):
        raise Forbidden("app.manage")
    row.text, row.users, row.departments, row.deleted_at = "", [], [], clock.now()
    row.save(update_fields=["text", "users", "departments", "deleted_at"])
    audit.record(
        actor=actor, verb="comment.delete", target=target(schema, record), fields={"comment": row.text}
    )
    outbox.emit(
        "comment.deleted", {"app": schema.code, "record": record, "comment": row.pk, "actor": actor.ref}
    )


def _found(actor: Actor, app: str, record: int, comment: int) -> tuple[AppSchema, Comment]:
    schema, _record = access.opened(actor, app, record)
    row = (
        Comment.objects.select_for_update()
        .filter(pk=comment, app_id=schema.id, record=record, deleted_at__isnull=True)
        .first()
    )
    if row is None:
        raise NotFound(_("このコメントはもうありません。"))
    return schema, row
