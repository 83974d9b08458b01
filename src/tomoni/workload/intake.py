"""Steps of an import that actions and jobs share: opening the stored file, storing the good rows."""

from __future__ import annotations

from typing import IO, Any

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, files, outbox
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, NotFound
from tomoni.core.jobs import progress
from tomoni.core.models import StoredFile
from tomoni.engines.workload.model import PaidReading, PaidRow, Reading, SurveyRow, Table
from tomoni.workload import models as data
from tomoni.workload import preview, sheets
from tomoni.workload.models import Intake
from tomoni.workload.places import section_key

JOB_ROWS = 5_000
BATCH = 500


def table_of(intake: Intake) -> tuple[Table, str]:
    """The table of the stored file."""
    stored = StoredFile.objects.filter(pk=intake.file_id or 0).first()
    if stored is None:
        raise NotFound(_("元のファイルが見つかりません。もう一度ファイルを選んでください。"))
    file: IO[bytes] = files.open_stored(stored)
    with file:
        return sheets.read_table(file, intake.kind)


def reading_of(intake: Intake) -> Reading | PaidReading:
    """The stored file, read again with the columns as the person confirmed them."""
    table, _encoding = table_of(intake)
    return preview.parse(table, intake.kind, intake.fiscal_year, intake.mapping)


def refresh(intake: Intake, table: Table, encoding: str) -> None:
    """Compute the preview and put it on the intake (the caller saves)."""
    found = preview.parse(table, intake.kind, intake.fiscal_year, intake.mapping)
    intake.preview = preview.build(table, found, encoding)
    intake.good_rows, intake.bad_rows = len(found.rows), found.bad_lines
    intake.minutes = sum(row.minutes for row in found.rows)
    intake.state = Intake.State.WAITING


def in_force(kind: str, fiscal_year: int, sha256: str) -> Intake | None:
    """The import of the same file for the same year that counts already."""
    states = [Intake.State.IMPORTED, Intake.State.STORING]
    return Intake.objects.filter(kind=kind, fiscal_year=fiscal_year, sha256=sha256, state__in=states).first()


def refuse_second(intake: Intake) -> None:
    """Raise `Conflict` when the same file is already in force."""
    if in_force(intake.kind, intake.fiscal_year, intake.sha256) is not None:
        raise Conflict(
            _("同じファイルは、もう取り込まれています。入れ直すときは、先の取込を取り消してください。")
        )


def store_rows(actor: Actor, intake: Intake, found: Reading | PaidReading) -> None:
    """Write the good rows, mark the intake, note it: all inside the caller's transaction."""
    made: list[Any]
    if isinstance(found, Reading):
        made = [_survey_row(intake, row) for row in found.rows]
        data.SurveyRow.objects.bulk_create(made, batch_size=BATCH)
    else:
        made = [_paid_row(intake, row) for row in found.rows]
        data.PaidHours.objects.bulk_create(made, batch_size=BATCH)
    intake.state = Intake.State.IMPORTED
    intake.preview = None
    intake.good_rows, intake.bad_rows = len(made), found.bad_lines
    intake.minutes = sum(row.minutes for row in found.rows)
    intake.decided_at = clock.now()
    intake.decided_by = actor.id
    intake.save()
    figures = {"rows": len(made), "minutes": intake.minutes, "sha256": intake.sha256}
    audit.record(actor=actor, verb="workload.import", target=f"intake:{intake.pk}", fields=figures)
    outbox.emit(
        "workload.imported", {"intake": intake.pk, "kind": intake.kind, "fiscal_year": intake.fiscal_year}
    )


def _survey_row(intake: Intake, row: SurveyRow) -> data.SurveyRow:
    same = (
        "line",
        "division",
        "section",
        "team",
        "large",
        "middle",
        "small",
        "step",
        "kind",
        "task_id",
        "minutes",
        "used",
        "other_minutes",
        "count",
        "each_seconds",
        "doer",
        "method",
        "core",
        "expertise",
        "routine",
        "basis",
        "system",
        "input_medium",
        "output_medium",
        "personal",
        "deadline",
        "remarks",
        "confidence",
    )
    return data.SurveyRow(
        intake=intake,
        fiscal_year=intake.fiscal_year,
        section_key=section_key(row.division, row.section),
        task_name=row.task_name,
        months=list(row.months),
        **{name: getattr(row, name) for name in same},
    )


def _paid_row(intake: Intake, row: PaidRow) -> data.PaidHours:
    return data.PaidHours(
        intake=intake,
        fiscal_year=intake.fiscal_year,
        line=row.line,
        division=row.division,
        section=row.section,
        doer=row.doer,
        heads=row.heads,
        minutes=row.minutes,
        source=row.source,
    )


def show(done: int, total: int, note: str) -> None:
    """Progress of a job; outside a job it does nothing."""
    progress(done, total, note)
