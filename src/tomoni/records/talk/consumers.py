"""Who is told of what happens: comments with their mentions, and the app's own notices (アプリの通知)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import actor as actors
from tomoni.core import outbox
from tomoni.core.errors import NotFound
from tomoni.records.models import App
from tomoni.records.query import read
from tomoni.records.query.compile import condition
from tomoni.records.query.errors import BadQuery
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import NoticeSpec
from tomoni.records.talk import recipients
from tomoni.records.talk.models import Comment, DigestLine, Reminded
from tomoni.records.talk.tell import name_of, tell

EVENTS = {
    "record.created": "created",
    "record.updated": "updated",
    "record.state_changed": "status",
    "record.imported": "import",
    "comment.added": "comment",
}
SYSTEM = actors.system("notices")


@outbox.consumer("comment.*", name="talk.comments")
def on_comment(event: outbox.Event) -> None:
    """Those mentioned, those who wrote in the thread, and whom the app wants told of comments."""
    payload = event.payload
    row = Comment.objects.filter(pk=payload["comment"], deleted_at__isnull=True).first()
    found = _opened(payload["app"], payload["record"])
    if event.kind == "comment.deleted" or row is None or found is None:
        return
    schema, record = found
    doer, name = _person(payload), name_of(schema, record)
    edited = event.kind == "comment.edited"
    users, places = (payload["users"], payload["departments"]) if edited else (row.users, row.departments)
    named = [*users, *(pk for d in places for pk in recipients.members(d))]
    told = tell(
        named, schema, record.id, _("%(record)sのコメントで、あなたが宛先です。") % {"record": name}, but=doer
    )
    if edited:
        return
    others = _thread(row) + [
        pk for n in _general(schema, "comment") for pk in recipients.find(schema, n.who, record)
    ]
    text = _("%(record)sにコメントがつきました。") % {"record": name}
    tell([pk for pk in others if pk not in told], schema, record.id, text, but=doer)


def _thread(row: Comment) -> list[int]:
    """Who wrote in the same thread."""
    if row.parent_id is None:
        return []
    rows = Comment.objects.filter(parent_id=row.parent_id) | Comment.objects.filter(pk=row.parent_id)
    return [a for a in rows.values_list("author_id", flat=True).distinct()[: recipients.MOST] if a]


@outbox.consumer("record.*", name="talk.notices")
def on_record(event: outbox.Event) -> None:
    """The notices that an app's definition asks for; what was erased for good takes its comments along."""
    payload = event.payload
    if event.kind == "record.purged":
        return _forget(payload)
    what = EVENTS.get(event.kind)
    schema = _schema(payload["app"]) if what else None
    if schema is None or not schema.notices or what is None:
        return None
    if what == "import":
        text = _("「%(app)s」に記録がまとめて取り込まれました。") % {"app": schema.name}
        for notice in _general(schema, what):
            tell(recipients.find(schema, notice.who, None), schema, None, text, but=_person(payload))
        return None
    found = _opened(payload["app"], payload["record"])
    if found is not None:
        _tell_of_change(schema, found[1], what, _person(payload))
    return None


def _tell_of_change(schema: AppSchema, record: Record, what: str, doer: int | None) -> None:
    told: set[int] = set()
    for notice in [*_fulfilled(schema, record), *_general(schema, what)]:  # the more exact ones first
        users = [u for u in recipients.find(schema, notice.who, record) if u not in told]
        told.update(tell(users, schema, record.id, _text(schema, record, what, notice), but=doer))


def _fulfilled(schema: AppSchema, record: Record) -> list[NoticeSpec]:
    """The notices on records whose condition holds now; one that cannot be read any more tells nobody."""
    found = []
    for notice in schema.notices:
        if notice.kind != "record":
            continue
        try:
            if read.matches(schema, record.id, condition(notice.query, schema, SYSTEM)):
                found.append(notice)
        except BadQuery:
            continue
    return found


def _general(schema: AppSchema, what: str) -> list[NoticeSpec]:
    return [n for n in schema.notices if n.kind == "general" and what in n.events]


def _text(schema: AppSchema, record: Record, what: str, notice: NoticeSpec) -> str:
    words = {
        "created": _("%(record)sが登録されました。"),
        "updated": _("%(record)sの内容が変わりました。"),
        "status": _("%(record)sの状態が「%(state)s」になりました。"),
    }[what] % {"record": name_of(schema, record), "state": record.status}
    return f"{notice.title[:100]}: {words}" if notice.title else words


def _person(payload: Mapping[str, Any]) -> int | None:
    """Who did it: they need not be told."""
    kind, _colon, number = str(payload.get("actor", "")).partition(":")
    return int(number) if kind in ("user", "token") and number.isdigit() else None


def _schema(code: str) -> AppSchema | None:
    try:
        return cache.snapshot(code)
    except NotFound:
        return None


def _opened(code: str, record: int) -> tuple[AppSchema, Record] | None:
    schema = _schema(code)
    if schema is None:
        return None
    try:
        return schema, read.one(schema, record)
    except NotFound:
        return None


def _forget(payload: Mapping[str, Any]) -> None:
    app = App.objects.filter(code=payload["app"]).values_list("pk", flat=True).first()
    if app is None:
        return
    for model in (Comment, DigestLine, Reminded):
        model.objects.filter(app_id=app, record=payload["record"]).delete()
