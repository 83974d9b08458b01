"""`/build/`: the apps I may open, and the tools for making more."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from tomoni.core import registry
from tomoni.core.actor import Actor
from tomoni.people import facade as people
from tomoni.people.decorators import staff_required
from tomoni.records import facade, queries
from tomoni.records.views import reads
from tomoni.records.views.common import actor_of

CREATE = "apps.create"
COUNTED = 50


@dataclass(frozen=True, slots=True)
class AppRow:
    """An app in the table."""

    code: str
    name: str
    description: str
    section: str
    count: str


@staff_required
def home(request: HttpRequest) -> HttpResponse:
    """The landing page of the room."""
    actor = actor_of(request)
    names = {v.department.code: v.name for v in people.departments()}
    found = facade.apps(actor=actor)
    counts = reads.counts(actor, found[:COUNTED])
    rows = [
        AppRow(a.code, a.name, a.description, names.get(a.department_code, ""), counts.get(a.code, "—"))
        for a in found
    ]
    context = {
        "apps": rows,
        "may_create": actor.may(CREATE),
        "entries": _entries(actor),
        "kits_url": _url("kits:list"),
        "any_deleted": bool(queries.deleted_apps(actor)),
    }
    return render(request, "records/home.html", context)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _entries(actor: Actor) -> list[dict[str, object]]:
    """The other entries of the room's menu that the actor may open."""
    return [
        {"label": item.label, "description": item.description, "url": url}
        for item in registry.MENU
        if item.room == "build"
        and item.url_name != "records:home"
        and (item.right is None or actor.may(item.right))
        and (url := _url(item.url_name))
    ]
