"""The municipality of this process."""

from __future__ import annotations

from django.db import OperationalError

from tomoni.core.models import Town


def town() -> Town:
    """The municipality; an unsaved placeholder before `tomoni init`, and for error pages without a database."""
    try:
        return Town.objects.order_by("pk").first() or Town(name="Tomoni")
    except OperationalError:
        return Town(name="Tomoni")
