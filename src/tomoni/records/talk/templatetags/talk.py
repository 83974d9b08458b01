"""The comments of a record's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.http import HttpRequest

from tomoni.core import once
from tomoni.core.errors import TomoniError
from tomoni.people import facade as people
from tomoni.records import rights
from tomoni.records.schema import cache
from tomoni.records.talk import access
from tomoni.records.talk.queries import Comment, comments

register = template.Library()


@dataclass(slots=True)
class Line:
    """A comment with its names, as the page shows it."""

    comment: Comment
    who: str
    told: str
    removable: bool
    replies: list[Line] = field(default_factory=list)


@register.simple_tag(takes_context=True)
def talk_panel(context: Mapping[str, Any], app: str, record: int) -> dict[str, Any] | None:
    """What the panel 「コメント」 shows; None where the app has no comments. At most four queries."""
    request: HttpRequest | None = context.get("request")
    schema = cache.snapshot(str(app))
    if request is None or not access.on(schema):
        return None
    actor = request.actor  # type: ignore[attr-defined]
    try:
        found = comments(actor=actor, app=schema.code, record=int(record), gone=True)
    except TomoniError:
        return None
    names = people.display_names({n for c in found for n in (c.author or 0, *c.users)}) if found else {}
    places = people.department_names() if any(c.departments for c in found) else {}
    manages = rights.may(actor, schema, "manage")
    lines = {
        c.id: Line(
            c,
            names.get(c.author or 0, ""),
            "、".join([*(names.get(u, "") for u in c.users), *(places.get(d, "") for d in c.departments)]),
            c.mine or manages,
        )
        for c in found
    }
    for comment in found:
        if comment.parent in lines:
            lines[comment.parent].replies.append(lines[comment.id])
    threads = [
        line for line in lines.values() if line.comment.parent not in lines
        and (not line.comment.deleted or any(not r.comment.deleted for r in line.replies))
    ]  # fmt: skip
    return {
        "threads": threads,
        "count": sum(not c.deleted for c in found),
        "once": once.new_key(),
        "draft": context.get("talk_draft"),
    }
