"""The writes of this room: cursors and uploads that no field has taken yet."""

from __future__ import annotations

import secrets
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tomoni.core import clock, files
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.models import StoredFile
from tomoni.kintone import limits
from tomoni.kintone.errors import KintoneError
from tomoni.kintone.models import Cursor


@dataclass(frozen=True, slots=True)
class Step:
    """What a cursor gives next."""

    app: str
    numbers: list[int]
    fields: list[str]
    more: bool


@action("kintone.create_cursor")
def create_cursor(
    *, actor: Actor, app: str, numbers: Sequence[int], fields: Sequence[str], size: int
) -> Cursor:
    """Keep a snapshot of records to read. Raises GAIA_TM12 when there are too many."""
    now = clock.now()
    Cursor.objects.filter(expires_at__lt=now).delete()
    if Cursor.objects.count() >= limits.CURSORS:
        raise KintoneError("GAIA_TM12", 429)
    return Cursor.objects.create(
        key=secrets.token_urlsafe(24),
        actor_ref=actor.ref,
        app_code=app,
        fields=list(fields),
        size=size,
        numbers=zlib.compress(array("q", numbers).tobytes(), 1),
        total=len(numbers),
        expires_at=now + timedelta(minutes=limits.CURSOR_MINUTES),
    )


@action("kintone.read_cursor")
def read_cursor(*, actor: Actor, key: str) -> Step:
    """The next records of one's own cursor; after the last ones it is gone. Raises GAIA_CN01."""
    found = _own(actor, key)
    numbers = array("q")
    numbers.frombytes(zlib.decompress(bytes(found.numbers)))
    end = found.position + found.size
    step = Step(found.app_code, list(numbers[found.position : end]), found.fields, end < found.total)
    if step.more:
        later = clock.now() + timedelta(minutes=limits.CURSOR_MINUTES)
        Cursor.objects.filter(pk=found.pk).update(position=end, expires_at=later)
    else:
        found.delete()
    return step


@action("kintone.delete_cursor")
def delete_cursor(*, actor: Actor, key: str) -> None:
    """Forget one's own cursor. Raises GAIA_CN01."""
    _own(actor, key).delete()


def _own(actor: Actor, key: str) -> Cursor:
    rows = Cursor.objects.select_for_update().filter(
        key=key, actor_ref=actor.ref, expires_at__gte=clock.now()
    )
    found = rows.first()
    if found is None:
        raise KintoneError("GAIA_CN01", 404)
    return found


@action("kintone.keep_upload")
def keep_upload(*, actor: Actor, upload: Any, name: str) -> StoredFile:
    """Keep a file that a record will take; the field checks its kind then."""
    return files.store(upload, name=name, actor=actor)
