"""What may happen to a waiting file: other columns, import, stop; and the undo of an import."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.engines.workload.columns import MONTHS, PAID, SURVEY
from tomoni.workload.intake import JOB_ROWS, reading_of, refresh, refuse_second, store_rows, table_of
from tomoni.workload.models import Intake


def _locked(intake: int) -> Intake:
    found = Intake.objects.select_for_update().filter(pk=intake).first()
    if found is None:
        raise NotFound(_("この取込は見つかりませんでした。"))
    return found


@action("workload.map_columns", right="workload.import")
def map_columns(*, actor: Actor, intake: int, mapping: Mapping[int, str]) -> Intake:
    """Correct which column means what (position → code, "" = not used) and read the file again."""
    row = _locked(intake)
    if row.state != Intake.State.WAITING:
        raise Conflict(_("この取込は、もう終わっています。"))
    known = {*PAID} if row.kind == Intake.Kind.PAID else {*SURVEY, *MONTHS}
    chosen = [code for code in mapping.values() if code]
    if any(code not in known for code in chosen):
        raise Invalid(_("列の意味を一覧から選んでください。"))
    if len(set(chosen)) != len(chosen):
        raise Invalid(_("同じ意味を2つの列に選んでいます。どちらか1つにしてください。"))
    row.mapping = {str(at): code for at, code in mapping.items()}
    refresh(row, *table_of(row))
    row.save()
    audit.record(actor=actor, verb="workload.map_columns", target=f"intake:{row.pk}")
    return row


@action("workload.confirm_intake", right="workload.import")
def confirm_intake(*, actor: Actor, intake: int) -> Intake:
    """Store the good rows. A second call answers with the first one's result; the same file twice is a `Conflict`."""
    row = _locked(intake)
    if row.state in (Intake.State.IMPORTED, Intake.State.STORING):
        return row
    if row.state != Intake.State.WAITING:
        raise Conflict(_("この取込は、もう終わっています。もう一度ファイルを選んでください。"))
    refuse_second(row)
    if not row.good_rows:
        raise Invalid(_("取り込める行がありません。ファイルを直してから、もう一度選んでください。"))
    try:
        with transaction.atomic():
            if row.good_rows > JOB_ROWS and actor.id is not None:
                _store_later(actor, row)
            else:
                store_rows(actor, row, reading_of(row))
    except IntegrityError:
        refuse_second(row)
        raise
    return row


def _store_later(actor: Actor, row: Intake) -> None:
    from tomoni.workload.jobs import store_intake

    row.state = Intake.State.STORING
    row.job_id = str(store_intake.enqueue(actor_id=actor.id, intake_id=row.pk).id)
    row.save()


@action("workload.stop_intake", right="workload.import")
def stop_intake(*, actor: Actor, intake: int) -> Intake:
    """Do not import a waiting file; its preview is emptied."""
    row = _locked(intake)
    if row.state == Intake.State.STOPPED:
        return row
    if row.state not in (Intake.State.WAITING, Intake.State.READING):
        raise Conflict(_("この取込は、もう終わっています。"))
    row.state, row.preview, row.decided_at, row.decided_by = Intake.State.STOPPED, None, clock.now(), actor.id
    row.save()
    audit.record(actor=actor, verb="workload.stop_import", target=f"intake:{row.pk}")
    return row


@action("workload.undo_intake", right="workload.import")
def undo_intake(*, actor: Actor, intake: int) -> Intake:
    """Take an import back: its rows go, the note that it happened stays."""
    row = _locked(intake)
    if row.state == Intake.State.UNDONE:
        return row
    if row.state != Intake.State.IMPORTED:
        raise Conflict(_("取り込まれていないものは取り消せません。"))
    removed = row.rows.all().delete()[0] + row.paid_rows.all().delete()[0]
    row.state, row.decided_at, row.decided_by = Intake.State.UNDONE, clock.now(), actor.id
    row.save()
    audit.record(
        actor=actor, verb="workload.undo_import", target=f"intake:{row.pk}", fields={"rows": removed}
    )
    outbox.emit("workload.undone", {"intake": row.pk, "kind": row.kind, "fiscal_year": row.fiscal_year})
    return row
