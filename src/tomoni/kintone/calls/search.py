"""Looking for words in every app: search.json. It finds records; Tomoni has no spaces, threads and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.kintone.call import Ask, call, whole
from tomoni.kintone.calls.apps import visible
from tomoni.kintone.entities import Codes
from tomoni.kintone.errors import wrong
from tomoni.kintone.values import moment
from tomoni.kintone.writing import quoted
from tomoni.records import facade
from tomoni.records.facade import AppSchema, Record

MOST_WORDS = 20
MOST_FIELDS = 30


@dataclass(frozen=True, slots=True)
class Found:
    """A record that fits."""

    app: AppSchema
    record: Record
    codes: tuple[str, ...]


@call("POST", "search")
def search(ask: Ask) -> dict[str, Any]:
    """Records in which the words stand, newest first; those that the caller may see."""
    conditions = _conditions(ask)
    limit = ask.number("limit", 20, least=1, most=100)
    types = ask.items("types", 20, required=False)
    if not conditions or (types and "RECORD" not in types):
        return {"hits": [], "nextPageToken": None}
    only = _apps(ask)
    hits: list[Found] = []
    for info in visible(ask):
        if only is not None and info.id not in only:
            continue
        actor, held = ask.caller.verbs(info.code)
        if "view" in held:
            hits += _in_app(actor, facade.app(actor=actor, code=info.code), conditions, limit)
    hits.sort(key=lambda hit: hit.record.created_at, reverse=True)
    codes = Codes().load(users=[hit.record.creator for hit in hits[:limit] if hit.record.creator])
    return {"hits": [_hit(ask, hit, codes) for hit in hits[:limit]], "nextPageToken": None}


def _conditions(ask: Ask) -> list[tuple[str, list[str]]]:
    found = []
    for number, item in enumerate(ask.items("query", MOST_WORDS)):
        place = f"query[{number}]"
        words = item.get("keywords") if isinstance(item, Mapping) else None
        if not isinstance(words, list) or not all(isinstance(w, str) and w.strip() for w in words):
            raise wrong(f"{place}.keywords", _("必須です。"))
        if item.get("operator") not in ("AND", "OR", "NOT"):
            raise wrong(f"{place}.operator", _("AND、OR、NOT のどれかを指定してください。"))
        found.append((item["operator"], words[:MOST_WORDS]))
    return found if any(operator != "NOT" for operator, _words in found) else []


def _apps(ask: Ask) -> set[int] | None:
    scopes = [s for s in ask.items("scopes", 20, required=False) if isinstance(s, Mapping)]
    if not scopes:
        return None
    found: set[int] = set()
    for number, scope in enumerate(scopes):
        if scope.get("scope") == "APP":
            if not scope.get("ids"):
                return None
            found |= {whole(i, f"scopes[{number}].ids", 1) for i in scope["ids"]}
    return found


def _in_app(actor: Actor, app: AppSchema, conditions: list[tuple[str, list[str]]], limit: int) -> list[Found]:
    types = facade.field_types()
    fields = [f.code for f in app.fields if types[f.type].searched][:MOST_FIELDS]
    if not fields:
        return []
    parts = [_part(operator, words, fields) for operator, words in conditions]
    try:
        page = facade.find(
            actor=actor, app=app.code, query=" and ".join(parts), limit=limit, fields=fields, count=False
        )
    except facade.BadQuery:
        return []  # too many words for the fields of this app, or a field that this reader may not see
    words = [w.casefold() for _operator, some in conditions for w in some]
    return [
        Found(
            app, r, tuple(c for c in fields if any(w in str(r.values.get(c) or "").casefold() for w in words))
        )
        for r in page.records
    ]


def _part(operator: str, words: list[str], fields: list[str]) -> str:
    each = ["(" + " or ".join(f"{code} like {quoted(word)}" for code in fields) + ")" for word in words]
    if operator == "NOT":
        each = [
            "(" + " and ".join(f"{code} not like {quoted(word)}" for code in fields) + ")" for word in words
        ]
    return "(" + (" or " if operator == "OR" else " and ").join(each) + ")"


def _hit(ask: Ask, hit: Found, codes: Codes) -> dict[str, Any]:
    app, record = hit.app, hit.record
    title = app.title_field or next(iter(record.values), "")
    return {
        "type": "RECORD",
        "url": ask.base_url + reverse("records:record", args=[app.code, record.id]),
        "snippets": [str(record.values.get(code))[:200] for code in hit.codes],
        "record": {
            "appId": str(app.id),
            "appName": app.name,
            "recordId": str(record.id),
            "recordTitle": str(record.values.get(title) or record.id)[:200],
            "createdAt": moment(record.created_at),
            "creator": codes.user(record.creator),
            "matchedFields": [{"code": c, "label": app.by_code[c].label} for c in hit.codes],
        },
    }
