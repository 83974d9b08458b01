"""Long work of transfer: imports and their undo, with progress; forgetting after 30 days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core.actor import Actor, system
from tomoni.core.errors import Forbidden, TomoniError
from tomoni.core.jobs import Cancelled, attempt, check_cancelled, job, periodic, progress
from tomoni.people.facade import actor_for
from tomoni.people.models import User
from tomoni.records.schema import cache
from tomoni.records.transfer.actions import take_in
from tomoni.records.transfer.actions.forget_imports import forget_imports
from tomoni.records.transfer.actions.undo_import import undo_batch
from tomoni.records.transfer.models import Import, Imported
from tomoni.records.transfer.records import batches, entries

KEEP = timedelta(days=30)


@job(retries=1, label=gettext_lazy("ファイルの取り込み"))
def run_import(*, actor_id: int, number: int) -> dict[str, Any]:
    """Run an import. After a crash it goes on: all-or-nothing from the start, else behind the last line that is in."""
    actor, row = actor_for(User.objects.get(pk=actor_id)), Import.objects.select_related("app").get(pk=number)
    code = row.app.code
    if row.state == Import.State.RUNNING:
        try:
            _run(actor, code, row)
        except Cancelled:
            take_in.finish(actor=actor, app=code, number=number, state=Import.State.CANCELLED)
            raise
        except (TomoniError, Forbidden):
            take_in.finish(actor=actor, app=code, number=number, state=Import.State.BROKEN)
            raise
        except Exception:
            if attempt() > 1:  # the last attempt
                take_in.finish(actor=actor, app=code, number=number, state=Import.State.BROKEN)
            raise
    row.refresh_from_db()
    return {"url": reverse("record_transfer:one", args=[code, number]), "message": summary(row)}


def summary(row: Import) -> str:
    """What became of an import, in a sentence."""
    if row.state == Import.State.REFUSED:
        return _("誤りが%(n)s件あったため、何も取り込みませんでした。") % {"n": f"{row.failed:,}"}
    words = _(
        "加えた記録 %(created)s件、直した記録 %(updated)s件、同じ内容 %(same)s件、取り込めなかった記録 %(failed)s件。"
    )
    return words % {
        k: f"{v:,}"
        for k, v in
        {"created": row.created, "updated": row.updated, "same": row.same, "failed": row.failed}.items()
    }  # fmt: skip


def _run(actor: Actor, code: str, row: Import) -> None:
    schema = cache.snapshot(code)
    total = sum(1 for _entry in entries(row, schema))
    row = take_in.begin(actor=actor, number=row.pk, total=total)
    if row.policy == Import.Policy.GOOD:
        done = sum(1 for e in entries(row, schema) if e.line <= row.done_line) if row.done_line else 0
        for batch in batches(row, schema, actor, after=row.done_line):
            take_in.take_batch(actor=actor, app=code, number=row.pk, batch=batch, last=batch[-1].line)
            done += len(batch)
            progress(done, total, _("取り込んでいます"))
        take_in.finish(actor=actor, app=code, number=row.pk, state=Import.State.DONE)
        return
    if _checked(actor, code, row, total):
        progress(total, total, _("書きこんでいます"))
        try:
            take_in.take_all(actor=actor, app=code, number=row.pk, still=_still)
            return
        except take_in.Spoiled as spoiled:
            take_in.note_bad(actor=actor, number=row.pk, batch=spoiled.batch)
    take_in.finish(actor=actor, app=code, number=row.pk, state=Import.State.REFUSED)


def _checked(actor: Actor, code: str, row: Import, total: int) -> bool:
    """Whether every record of the file is good; the bad ones are kept. Nothing else is written."""
    schema, done, bad = cache.snapshot(code), 0, False
    for batch in batches(row, schema, actor):
        take_in.check(actor, schema, row, batch)
        if any(entry.errors for entry in batch):
            bad = True
            take_in.note_bad(actor=actor, number=row.pk, batch=batch)
        done += len(batch)
        progress(done, total, _("確かめています"))
    return not bad


def _still() -> None:
    """Stop in the middle where the database lets us see that somebody asked for it."""
    if connection.vendor == "postgresql":
        check_cancelled()


@job(retries=1, label=gettext_lazy("取り込みの取り消し"))
def undo_import(*, actor_id: int, number: int) -> dict[str, Any]:
    """Undo an import, the last record first. Stopped or broken off, it can go on."""
    actor, row = actor_for(User.objects.get(pk=actor_id)), Import.objects.select_related("app").get(pk=number)
    code, total = row.app.code, Imported.objects.filter(of=row).count()
    done = Imported.objects.filter(of=row).exclude(undo="").count()
    while taken := undo_batch(actor=actor, app=code, number=number):
        done += taken
        progress(done, total, _("取り消しています"))
    kept = Imported.objects.filter(of=row, undo=Imported.Undo.KEPT).count()
    message = _("%(n)s件を元に戻しました。") % {"n": f"{total - kept:,}"}
    if kept:
        message += _("%(n)s件は、そのあと変えられたなどの理由で残しました。") % {"n": f"{kept:,}"}
    return {"url": reverse("record_transfer:one", args=[code, number]), "message": message}


@periodic("daily", at="03:40")
@job(retries=2, label=gettext_lazy("古い取り込みの記録の消去"))
def forget_old() -> dict[str, int]:
    """Files, bad lines and the memory for the undo go after 30 days."""
    return {"imports": forget_imports(actor=system("transfer"), keep=KEEP)}
