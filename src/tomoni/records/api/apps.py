"""App endpoints: the apps one may open, and the OpenAPI document made from an app's definition."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from tomoni.core.actor import Actor
from tomoni.records import facade
from tomoni.records.api.answer import answer
from tomoni.records.api.auth import allowed, endpoint, token_reaches
from tomoni.records.api.openapi import document
from tomoni.records.api.records import enter
from tomoni.records.rights import VERBS
from tomoni.records.schema.snapshot import AppSchema


def _list(request: HttpRequest) -> HttpResponse:
    """GET `/apps/`."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    scopes = {v for v in VERBS if actor.kind != "token" or f"token:{v}" in actor.roles}
    found = []
    for info in facade.apps(actor=actor):
        verbs = info.verbs & scopes
        if verbs and (actor.kind != "token" or token_reaches(actor, info.code)):
            found.append(
                {
                    "code": info.code,
                    "name": info.name,
                    "description": info.description,
                    "task_id": info.task_id,
                    "verbs": sorted(verbs),
                }
            )
    return answer({"apps": found})


def _one(request: HttpRequest, code: str) -> HttpResponse:
    """GET `/apps/{code}`: fields, states and actions."""
    actor, app = enter(request, code, "view")
    return answer(app_json(app) | {"verbs": sorted(allowed(actor, app))})


def app_json(app: AppSchema) -> dict[str, Any]:
    """An app's definition as JSON data."""
    return {
        "code": app.code,
        "name": app.name,
        "description": app.description,
        "task_id": app.task_id,
        "version": app.version,
        "fields": [
            {
                "code": f.code,
                "type": f.type,
                "label": f.label,
                "required": f.required,
                "unique": f.unique,
                "help": f.help,
                "options": dict(f.options),
                "personal": f.personal,
            }
            for f in app.fields
        ],
        "states": [{"name": s.name, "kind": s.kind} for s in app.states],
        "actions": [{"name": a.name, "source": a.source, "target": a.target} for a in app.actions],
    }


def _openapi(request: HttpRequest, code: str) -> HttpResponse:
    """GET `/apps/{code}/openapi.json`."""
    _actor, app = enter(request, code, "view")
    return answer(document(app))


listing = endpoint(get=_list)
definition = endpoint(get=_one)
openapi = endpoint(get=_openapi)
