"""What other rooms may ask of the workload room.

Reads are plain data; writes are the room's actions. The task id is the thread of the loop.
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.workload.actions.decide_intake import confirm_intake
from tomoni.workload.actions.mark_measured import mark_measured
from tomoni.workload.actions.upload_file import upload_file
from tomoni.workload.inventory import Procedure
from tomoni.workload.inventory import by_id as procedure
from tomoni.workload.models import Intake
from tomoni.workload.queries import hours
from tomoni.workload.queries.hours import RankedCandidate
from tomoni.workload.queries.tasks import StepInfo, TaskInfo, latest_year, task, tasks
from tomoni.workload.samples import sample_path
from tomoni.workload.words import kind_name
from tomoni.workload.words import reason as reason_word
from tomoni.workload.words import reasons as reason_words

__all__ = [
    "Procedure",
    "RankedCandidate",
    "StepInfo",
    "TaskInfo",
    "candidates",
    "import_paid_hours_file",
    "import_survey_file",
    "kind_name",
    "mark_measured",
    "procedure",
    "reason_word",
    "reason_words",
    "sample_path",
    "task",
    "tasks",
]


def _import(
    actor: Actor, kind: str, source: Path | str | bytes, title: str, fiscal_year: int, name: str
) -> Intake:
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    shown = name or ("survey" if isinstance(source, bytes) else Path(source).name)
    with transaction.atomic():
        intake = upload_file(
            actor=actor, upload=data, name=shown, kind=kind, title=title, fiscal_year=fiscal_year
        )
        if intake.state == Intake.State.READING:
            raise Invalid("a file over 5,000 rows is imported through its page")
        return confirm_intake(actor=actor, intake=intake.pk)


def import_survey_file(
    *, actor: Actor, source: Path | str | bytes, title: str, fiscal_year: int, name: str = ""
) -> Intake:
    """Upload and confirm a survey in one step (demo, commands): good rows only. Raises as the page would."""
    return _import(actor, Intake.Kind.SURVEY, source, title, fiscal_year, name)


def import_paid_hours_file(
    *, actor: Actor, source: Path | str | bytes, title: str, fiscal_year: int, name: str = ""
) -> Intake:
    """Upload and confirm a file of paid hours in one step."""
    return _import(actor, Intake.Kind.PAID, source, title, fiscal_year, name)


def candidates() -> list[RankedCandidate]:
    """Steps worth a review in the newest survey, ranked, people's choices first; [] without a survey."""
    year = latest_year()
    return [] if year is None else hours.candidates(year)
