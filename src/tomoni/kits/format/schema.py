"""Format 1 of the kit file as shapes: which keys exist and what they hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tomoni.kits.format.shape import (
    Anything,
    Choice,
    Const,
    Dict,
    Either,
    Flag,
    ListOf,
    Map,
    Shape,
    Text,
    Whole,
)

FORMAT = 1
CODE = r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?"
CODE_HINT = _("英小文字・数字・「-」・「_」で、64文字までで書いてください。")
WHO = r"section|staff|creator|assignee|form|role:[a-z_]{1,20}|field:.{1,64}|head"
WHO_HINT = _("section、staff、creator、assignee、form、role:…、field:…、head のどれかにしてください。")
VERBS = ("view", "add", "edit", "delete", "manage", "import", "export")
STATE_KINDS = ("new", "doing", "wait", "done", "stop")
VIEW_KINDS = ("list", "calendar", "board", "map", "chart", "pivot")
PERSONAL = ("none", "personal", "sensitive")
WEEKDAYS = ("月", "火", "水", "木", "金", "土", "日")

code = Text(max=64, pattern=CODE, hint=CODE_HINT)
field_code = Text(max=64)
name = Text(max=100)
prose = Text(max=2000, one_line=False)
query = Text(max=2000, min=0, one_line=False)
who = Text(max=60, pattern=WHO, hint=WHO_HINT)

KIT = Map(
    must={
        "code": code,
        "version": Text(max=20, pattern=r"\d+(\.\d+){0,2}", hint=_('版は "1.0" のように書いてください。')),
        "name": name,
        "summary": Text(max=200),
        "publisher": name,
        "license": Text(max=60),
    },
    may={
        "description": prose,
        "task_id": Text(max=64, min=0, pattern=r"[\w.:-]*"),
        "tags": ListOf(Text(max=30), 20),
    },
)

_FIELD_MUST: dict[str, Shape] = {"code": field_code, "type": Text(max=30), "label": Text(max=200)}
COLUMN = Map(
    must=_FIELD_MUST,
    may={
        "required": Flag(),
        "unique": Flag(),
        "default": Anything(),
        "help": Text(max=2000, min=0, one_line=False),
        "options": Map(
            may={
                "choices": ListOf(name, 200, 1),
                "max_length": Whole(1, 100_000),
                "digits": Whole(0, 10),
                "unit": Text(max=20, min=0),
                "max_count": Whole(1, 50),
                "kinds": ListOf(Text(max=20), 20),
                "capacity": Whole(1, 10_000),
            },
            others=Anything(),
        ),
        "personal": Choice(PERSONAL),
        "purpose": Text(max=200, min=0),
        "retention_years": Whole(0, 100),
        "visible_if": query,
    },
)
FIELD = Map(must=_FIELD_MUST, may={**COLUMN.may, "fields": ListOf(COLUMN, 100)})

STATE = Map(
    must={"name": name, "kind": Choice(STATE_KINDS)},
    may={
        "assignee": Map(must={"who": ListOf(who, 20)}, may={"kind": Choice(("one", "any", "all"))}),
        "deadline_days": Whole(1, 3650),
        "escalate": ListOf(who, 20),
    },
)
ACTION = Map(
    must={"name": name, "from": name, "to": name},
    may={"condition": query, "who": ListOf(who, 20), "primary": Flag()},
)
VIEW = Map(
    must={"name": name},
    may={
        "kind": Choice(VIEW_KINDS),
        "columns": ListOf(Text(max=64), 50),
        "query": query,
        "date_field": Text(max=64, min=0),
        "options": Dict(Anything(), 30),
        "who": ListOf(who, 20),
    },
)
_PIECE = {
    "code": Text(max=64),
    "label": Text(max=1000, min=0, one_line=False),
    "open": Flag(),
    "width": Whole(0, 12),
}
_LEAF = Map(must={"kind": Choice(("field", "label", "spacer", "line"))}, may=_PIECE)
_BLOCK = Map(
    must={"kind": Choice(("row", "table", "group"))},
    may={
        **_PIECE,
        "items": ListOf(Map(must={"kind": Anything()}, may={**_PIECE, "items": ListOf(_LEAF, 12)}), 500),
    },
)
_VERBS_ON_RECORD = ListOf(Choice(("view", "edit", "delete")), 3)
RECORD_RIGHT = Map(
    must={"query": query, "grants": ListOf(Map(must={"who": who, "verbs": _VERBS_ON_RECORD}), 50)}
)
FIELD_RIGHT = Map(
    must={
        "code": field_code,
        "grants": ListOf(Map(must={"who": who, "access": Choice(("none", "view", "edit"))}), 50),
    }
)
NOTICE = Map(
    must={"kind": Choice(("general", "record", "reminder")), "who": ListOf(who, 20, 1)},
    may={
        "title": Text(max=200, min=0),
        "events": ListOf(Choice(("created", "updated", "comment", "status", "import")), 5),
        "query": query,
        "field": Text(max=64, min=0),
        "days": Whole(-3650, 3650),
        "hours": Whole(-8760, 8760),
        "time": Text(max=5, pattern=r"([01]\d|2[0-3]):[0-5]\d"),
    },
)
RETENTION = Map(
    may={
        "years": Whole(1, 100),
        "completed": Text(max=64, min=0),
        "basis": Text(max=1000, min=0, one_line=False),
    }
)
RIGHT = Map(must={"who": who, "verbs": ListOf(Choice(VERBS), len(VERBS), 1)})

APP = Map(
    must={"code": code, "name": name, "fields": ListOf(FIELD, 500, 1)},
    may={
        "description": prose,
        "title_field": Text(max=64, min=0),
        "record_rule": query,
        "states": ListOf(STATE, 30),
        "actions": ListOf(ACTION, 100),
        "views": ListOf(VIEW, 50),
        "rights": ListOf(RIGHT, 50),
        "layout": ListOf(_BLOCK, 500),
        "record_rights": ListOf(RECORD_RIGHT, 200),
        "field_rights": ListOf(FIELD_RIGHT, 200),
        "notices": ListOf(NOTICE, 200),
        "retention": RETENTION,
        "settings": Dict(Anything(), 50),
    },
)

SLOTS = Map(
    must={"field": field_code, "times": ListOf(Text(max=5, pattern=r"([01]?\d|2[0-3]):[0-5]\d"), 48, 1)},
    may={
        "weekdays": Either(Choice(WEEKDAYS), 7),
        "dates": ListOf(Text(max=20), 200),
        "place": Text(max=100, min=0),
        "capacity": Whole(1, 10_000),
        "minutes": Whole(5, 1440),
        "weeks": Whole(1, 53),
        "start_after_days": Whole(0, 366),
        "skip_holidays": Flag(),
    },
)

MUST: dict[str, Shape] = {"format": Const(FORMAT), "kit": KIT, "app": APP}
MAY: dict[str, Shape] = {
    "automations": ListOf(Anything(), 50),
    "slots": ListOf(SLOTS, 50),
    "steps": Dict(Text(max=100), 30),
    "sample": ListOf(Dict(Anything(), 500), 200),
}


def document(parts: list[str]) -> Map:
    """The whole file; `parts` are the further top-level keys that rooms have registered."""
    return Map(must=MUST, may={**MAY, **dict.fromkeys(parts, Anything())})
