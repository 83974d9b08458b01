"""Reads of personal views: only one's own."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from tomoni.core.actor import Actor
from tomoni.records.saved.models import SavedView
from tomoni.records.schema.snapshot import AppSchema


@dataclass(frozen=True, slots=True)
class Saved:
    """A personal view with the address of its page; `first`: the app opens with it."""

    id: int
    name: str
    url: str
    first: bool


def mine(actor: Actor, app: AppSchema) -> list[Saved]:
    """The actor's views of an app, by name. One query."""
    if actor.id is None or actor.kind != "user":
        return []
    rows = SavedView.objects.filter(user=actor.id, app=app.id).order_by("name")
    return [
        Saved(row.pk, row.name, f"{reverse(f'records:{row.page}', args=[app.code])}?{row.address}", row.first)
        for row in rows
    ]
