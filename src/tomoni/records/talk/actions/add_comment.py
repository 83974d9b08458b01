"""Write a comment (コメントを書く)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, once, outbox, privacy
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.people.facade import department_names, display_names
from tomoni.records.actions._trace import target
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.talk import access, mentions
from tomoni.records.talk.models import Comment
from tomoni.records.talk.queries import Comment as Shown
from tomoni.records.talk.queries import of_row

MOST_TEXT = 65_535
MOST_ON_RECORD = 5_000
MOST_MENTIONS = 50


@action("talk.add_comment")
def add_comment(
    *, actor: Actor, app: str, record: int, text: str, users: Sequence[int] = (), departments: Sequence[int] = (),
    parent: int | None = None, once_key: str = "",
) -> Shown:  # fmt: skip
    """Comment on a record that the actor may see; its revision stays. `users` and `departments` are told, beside those
    that the text names with `@`. `parent`: the comment it answers. The event is `comment.added`.

    Raises `NotFound`, `Forbidden` (no comments in this app), `Invalid` under `text`.
    """
    schema, _record = access.opened(actor, app, record)
    access.require_on(schema)
    author = access.writer(actor)
    if Comment.objects.filter(app_id=schema.id, record=record).count() >= MOST_ON_RECORD:
        raise Invalid({"text": [_("この記録のコメントは5,000件になりました。これ以上は書けません。")]})
    told = checked(text, users, departments)

    def make() -> int:
        row = Comment.objects.create(
            app_id=schema.id, record=record, parent=_answered(schema, record, parent), text=text.strip(),
            author_id=author, users=told[0], departments=told[1], created_at=clock.now(),
        )  # fmt: skip
        audit.record(
            actor=actor, verb="comment.add", target=target(schema, record), fields={"comment": row.text}
        )
        outbox.emit(
            "comment.added", {"app": schema.code, "record": record, "comment": row.pk, "actor": actor.ref}
        )
        return row.pk

    pk = once.run(f"talk.add:{actor.ref}:{schema.id}/{record}", once_key, make)
    return of_row(Comment.objects.get(pk=pk), actor)


def checked(text: str, users: Sequence[int], departments: Sequence[int]) -> tuple[list[int], list[int]]:
    """The people and departments to tell; raises `Invalid` for an empty, long or forbidden text and unknown people."""
    if not isinstance(text, str) or len(text) > MOST_TEXT or "\x00" in text:
        raise Invalid({"text": [_("コメントは65,535文字までです。")]})
    if not text.strip() and not users and not departments:
        raise Invalid({"text": [_("コメントを入力してください。")]})
    privacy.refuse_individual_numbers(text=text)
    named_users, named_departments = mentions.find(text)
    people = list(dict.fromkeys([*users, *named_users]))[:MOST_MENTIONS]
    places = list(dict.fromkeys([*departments, *named_departments]))[:MOST_MENTIONS]
    if set(people) - set(display_names(people)) or set(places) - set(department_names() if places else ()):
        raise Invalid({"text": [_("知らせる相手が見つかりません。選び直してください。")]})
    return people, places


def _answered(schema: AppSchema, record: int, parent: int | None) -> Comment | None:
    """The beginning of the thread that an answer belongs to: threads are one level deep."""
    if parent is None:
        return None
    found = Comment.objects.filter(pk=parent, app_id=schema.id, record=record).first()
    if found is None:
        raise Invalid({"text": [_("返信するコメントは、もうありません。")]})
    return found if found.parent_id is None else found.parent
