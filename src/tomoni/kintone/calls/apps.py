"""What apps there are: app.json, apps.json, apps/statistics.json."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tomoni.kintone import limits
from tomoni.kintone.call import Ask, call, whole
from tomoni.kintone.entities import Codes
from tomoni.kintone.values import moment
from tomoni.records import facade
from tomoni.records.facade import AppInfo, Origin


@call("GET", "app")
def get_app(ask: Ask) -> dict[str, Any]:
    """One app."""
    _actor, schema = ask.app(name="id")
    origin = facade.origins(app_ids=[schema.id])[schema.id]
    codes = Codes().load(users=_people([origin]))
    prefix = str(schema.settings.get("number_prefix") or "")
    return _shown(schema.id, prefix, schema.name, schema.description, origin, codes)


@call("GET", "apps")
def get_apps(ask: Ask) -> dict[str, Any]:
    """The apps that the caller may see, by number; filtered by number, code or part of the name."""
    ids = {whole(i, f"ids[{n}]", 1) for n, i in enumerate(ask.items("ids", limits.APPS, required=False))}
    wanted = {str(c) for c in ask.items("codes", limits.APPS, required=False)}
    name = ask.text("name", "", most=64).casefold()
    limit = ask.number("limit", limits.DEFAULT_READS, least=1, most=limits.APPS)
    offset = ask.number("offset", 0)
    if ask.items("spaceIds", limits.APPS, required=False):
        return {"apps": []}
    found = []
    for info in visible(ask):
        schema = facade.schema(code=info.code)
        prefix = str(schema.settings.get("number_prefix") or "")
        if schema.settings.get("kintone", {}).get("prelive"):
            continue
        if (ids and info.id not in ids) or (wanted and prefix not in wanted):
            continue
        if name and name not in info.name.casefold():
            continue
        found.append((info, prefix))
    page = found[offset : offset + limit]
    origins = facade.origins(app_ids=[info.id for info, _prefix in page])
    codes = Codes().load(users=_people(origins.values()))
    return {
        "apps": [
            _shown(i.id, p, i.name, i.description, origins[i.id], codes) for i, p in page if i.id in origins
        ]
    }


def visible(ask: Ask) -> list[AppInfo]:
    """The apps in which the caller holds some right, by number."""
    found: dict[int, AppInfo] = {}
    for actor in ask.caller.actors:
        for info in facade.apps(actor=actor):
            if info.id not in found and facade.verbs(actor=actor, app=info.code):
                found[info.id] = info
    return [found[number] for number in sorted(found)]


def _people(origins: Iterable[Origin]) -> list[int]:
    return [n for o in origins for n in (o.creator, o.modifier) if n]


def _shown(
    number: int, prefix: str, name: str, description: str, origin: Origin, codes: Codes
) -> dict[str, Any]:
    return {
        "appId": str(number),
        "code": prefix,
        "name": name,
        "description": description,
        "createdAt": moment(origin.created_at),
        "creator": codes.user(origin.creator),
        "modifiedAt": moment(origin.updated_at),
        "modifier": codes.user(origin.modifier),
        "spaceId": None,
        "threadId": None,
    }


@call("GET", "apps/statistics")
def statistics(ask: Ask) -> dict[str, Any]:
    """Figures of the apps that the caller manages."""
    limit = ask.number("limit", limits.DEFAULT_READS, least=1, most=limits.APPS)
    offset = ask.number("offset", 0)
    every = [info for info in visible(ask) if "manage" in ask.caller.verbs(info.code)[1]]
    page = every[offset : offset + limit]
    origins = facade.origins(app_ids=[info.id for info in page])
    codes = Codes().load(users=_people(origins.values()))
    return {"apps": [_statistic(ask, info, origins[info.id], codes) for info in page]}


def _statistic(ask: Ask, info: AppInfo, origin: Origin, codes: Codes) -> dict[str, Any]:
    actor, _verbs = ask.caller.verbs(info.code)
    schema = facade.schema(code=info.code)
    newest = facade.find(
        actor=actor, app=info.code, query="order by 更新日時 desc limit 1", fields=[], count=False
    )
    prelive = bool(schema.settings.get("kintone", {}).get("prelive"))
    draft = facade.draft(actor=actor, app=info.code).revision > 0
    return {
        "id": str(info.id),
        "name": info.name,
        "space": None,
        "appGroup": "Public",
        "status": "NOT_ACTIVATED" if prelive else "CHANGED" if draft else "ACTIVATED",
        "recordUpdatedAt": moment(newest.records[0].updated_at) if newest.records else "",
        "recordCount": str(facade.count(actor=actor, app=info.code)),
        "fieldCount": str(len(schema.fields)),
        "dailyRequestCount": "0",
        "storageUsage": "0",
        "customized": bool(schema.settings.get("kintone", {}).get("customize")),
        "creator": codes.user(origin.creator),
        "createdAt": moment(origin.created_at),
        "modifier": codes.user(origin.modifier),
        "modifiedAt": moment(origin.updated_at),
    }
