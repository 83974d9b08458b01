"""Comments on a record: record/comments.json, record/comment.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.kintone import comments as store
from tomoni.kintone import limits
from tomoni.kintone.call import Ask, call
from tomoni.kintone.entities import Codes, user_id
from tomoni.kintone.errors import KintoneError, invalid, within, wrong
from tomoni.kintone.values import moment
from tomoni.people import facade as people
from tomoni.records import facade
from tomoni.records.facade import AppSchema

MOST_MENTIONS = 10


def _entered(ask: Ask) -> tuple[Actor, AppSchema, int]:
    actor, app = ask.app("view")
    number = ask.number("record", least=1)
    if app.settings.get("comments", True) is False:
        raise KintoneError("CB_NO02", 403, message=_("このアプリでは、コメントが使われていません。"))
    with within("record", number):
        facade.get(actor=actor, app=app.code, record=number)
    return actor, app, number


@call("GET", "record/comments")
def get_comments(ask: Ask) -> dict[str, Any]:
    """The comments of a record, newest first unless `order` is asc."""
    actor, app, number = _entered(ask)
    order = ask.text("order", "desc").lower()
    if order not in ("asc", "desc"):
        raise invalid(order=_("asc か desc を指定してください。"))
    limit = ask.number("limit", 10, most=limits.COMMENTS)
    offset = ask.number("offset", 0)
    every = store.listed(actor, app, number)
    if order == "desc":
        every = every[::-1]
    page = every[offset : offset + limit]
    codes = Codes().load(
        users={n for c in page for n in (c.author or 0, *c.users)},
        departments={n for c in page for n in c.departments},
    )
    before, after = offset > 0, len(every) > offset + limit
    return {
        "comments": [_shown(c, codes) for c in page],
        "older": after if order == "desc" else before,
        "newer": before if order == "desc" else after,
    }


def _shown(comment: store.Comment, codes: Codes) -> dict[str, Any]:
    users = [{"code": codes.user(n)["code"], "type": "USER"} for n in comment.users]
    departments = [{"code": codes.department(n)["code"], "type": "ORGANIZATION"} for n in comment.departments]
    return {
        "id": str(comment.id),
        "text": comment.text,
        "createdAt": moment(comment.created_at),
        "creator": codes.user(comment.author),
        "mentions": [*users, *departments],
    }


@call("POST", "record/comment")
def add_comment(ask: Ask) -> dict[str, Any]:
    """Add a comment; those mentioned are told."""
    actor, app, number = _entered(ask)
    given = ask.mapping("comment")
    text = given.get("text", "")
    mentions = given.get("mentions") or []
    if not isinstance(text, str) or len(text) > store.MOST_TEXT:
        raise wrong("comment.text", _("文字で指定してください。"))
    if not text.strip() and not mentions:
        raise wrong("comment.text", _("必須です。"))
    if not isinstance(mentions, list) or len(mentions) > MOST_MENTIONS:
        raise wrong("comment.mentions", _("10個までの配列で指定してください。"))
    users, departments = _mentioned(mentions)
    with within("comment", number):
        made = store.added(actor, app, number, text, users, departments)
    return {"id": str(made.id)}


def _mentioned(mentions: list[Any]) -> tuple[list[int], list[int]]:
    users, departments = [], []
    for number, item in enumerate(mentions):
        place = f"comment.mentions[{number}]"
        if not isinstance(item, Mapping) or not isinstance(item.get("code"), str):
            raise wrong(f"{place}.code", _("必須です。"))
        code = item["code"]
        if item.get("type") == "USER":
            users.append(user_id(code))
        elif item.get("type") == "ORGANIZATION":
            version = people.department_by_code(code)
            if version is None:
                raise KintoneError("GAIA_IL28", id=code)
            departments.append(version.department_id)
        else:
            raise wrong(f"{place}.type", _("USER か ORGANIZATION を指定してください。"))
    return users, departments


@call("DELETE", "record/comment")
def delete_comment(ask: Ask) -> dict[str, Any]:
    """Delete one's own comment."""
    actor, app, number = _entered(ask)
    comment = ask.number("comment", least=1)
    with within("comment", comment):
        store.deleted(actor, app, number, comment)
    return {}
