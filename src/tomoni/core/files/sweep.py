"""Housekeeping of the store: content that no row names any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from tomoni.core import clock
from tomoni.core.jobs import job, periodic, progress
from tomoni.core.models import StoredFile

# A file is in the store before its row is committed; younger ones are left alone.
GRACE = timedelta(days=1)


@periodic("daily", at="03:30")
@job(label=_("使われていないファイルの片付け"))
def sweep_files() -> dict[str, int]:
    """Remove content without a row (a rolled-back upload, or all its rows deleted) after a day."""
    removed = 0
    for place in list(_old_places()):
        progress(removed)
        if not StoredFile.objects.filter(sha256=place.rpartition("/")[2]).exists():
            default_storage.delete(place)
            removed += 1
    return {"removed": removed}


def _old_places(folder: str = "", depth: int = 0) -> Iterator[str]:
    if not default_storage.exists(folder or "."):
        return
    folders, names = default_storage.listdir(folder)
    prefix = f"{folder}/" if folder else ""
    if depth < 2:
        for name in folders:
            yield from _old_places(prefix + name, depth + 1)
        return
    for name in names:
        if default_storage.get_modified_time(prefix + name) < clock.now() - GRACE:
            yield prefix + name
