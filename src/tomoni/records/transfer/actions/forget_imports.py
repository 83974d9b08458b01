"""Forget old imports (古い取り込みを忘れる): their files hold personal data."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.core.models import StoredFile
from tomoni.records.transfer.models import Import

RUNS = (Import.State.RUNNING, Import.State.UNDOING)


@action("transfer.forget_imports")
def forget_imports(*, actor: Actor, keep: timedelta) -> int:
    """Delete imports older than `keep` with their files; returns how many. Only the system."""
    if actor.kind != "system":
        raise Forbidden("transfer.forget_imports")
    rows = list(Import.objects.filter(at__lt=clock.now() - keep).exclude(state__in=RUNS)[:500])
    stored = [row.file_id for row in rows if row.file_id]
    Import.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for file in StoredFile.objects.filter(pk__in=stored):
        path, alone = (
            file.path,
            not StoredFile.objects.filter(sha256=file.sha256).exclude(pk=file.pk).exists(),
        )
        file.delete()
        if alone:
            transaction.on_commit(partial(default_storage.delete, path))
    if rows:
        audit.record(actor=actor, verb="record.import_forget", target="app:-", fields={"imports": len(rows)})
    return len(rows)
