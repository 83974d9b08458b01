"""Housekeeping of the API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tomoni.core import clock
from tomoni.core.jobs import job, periodic
from tomoni.kintone.models import Cursor


@periodic("daily", at="03:40")
@job(label=_("期限の切れたカーソルの片付け"))
def sweep_cursors() -> dict[str, int]:
    """Forget cursors that nobody may read any more."""
    return {"removed": Cursor.objects.filter(expires_at__lt=clock.now()).delete()[0]}
