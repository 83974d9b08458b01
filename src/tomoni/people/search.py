"""Departments for the search box."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core import search
from tomoni.core.actor import Actor
from tomoni.people.queries import departments


def find_departments(actor: Actor, asked: str) -> Iterator[tuple[str, str, str]]:
    """Departments whose name contains the words; only for those who may open the page."""
    if not actor.may("people.departments"):
        return
    words = search.fold(asked)
    for version in departments():
        if words in search.fold(version.name):
            yield version.name, reverse("people:department", args=[version.department.code]), _("組織")
