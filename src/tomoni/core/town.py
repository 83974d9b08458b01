"""The municipality of this process."""

from __future__ import annotations

from tomoni.core.models import Town


def town() -> Town:
    """The municipality; an unsaved placeholder before `tomoni init`."""
    return Town.objects.order_by("pk").first() or Town(name="Tomoni")
