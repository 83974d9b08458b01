"""The municipality of this process."""

from __future__ import annotations

from django.db import OperationalError

from tomoni.core import unit
from tomoni.core.models import Town

KEY = "core.town"


def town() -> Town:
    """The municipality, read once a request; an unsaved placeholder before `tomoni init`, and without a database."""
    return unit.remembered(KEY, _read)


def _read() -> Town:
    try:
        return Town.objects.order_by("pk").first() or Town(name="Tomoni")
    except OperationalError:
        return Town(name="Tomoni")
