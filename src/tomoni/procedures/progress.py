"""Where a submission stands, read live from its record: nothing is copied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.errors import NotFound
from tomoni.procedures import words
from tomoni.procedures.applicant import applicant_actions
from tomoni.procedures.models import Submission
from tomoni.procedures.words import StateWords
from tomoni.records import facade as records
from tomoni.records.facade import Record
from tomoni.records.schema.spec import ActionSpec

ENDS = ("done", "stop")
STATUS = "ステータス"


@dataclass(frozen=True, slots=True)
class Step:
    """One state in the timeline, by its day only: in words for residents, and as the app names it."""

    day: date
    words: StateWords
    state: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the applicant reads. `state` is the app's own name of the state.

    `gone`: the record is in the trash, which says nothing about the matter itself: no state, and not finished.
    """

    state: str
    words: StateWords
    steps: tuple[Step, ...]
    due: date | None
    finished: bool
    actions: tuple[ActionSpec, ...]
    gone: bool = False


def progress(submission: Submission) -> Progress:
    """The state, the days of each state, the next step and by when, and what the applicant may still do."""
    form, reader = submission.form, system("procedures")
    schema = records.schema(code=submission.app_code)
    kinds = {s.name: s.kind for s in schema.states}
    try:
        record = records.get(actor=reader, app=submission.app_code, record=submission.record_id)
    except NotFound:
        return Progress("", words.gone_words(), (), None, False, (), gone=True)
    kind = kinds.get(record.status, "new")
    steps = [
        Step(_day(at), words.state_words(form, state, kinds.get(state, "new")), state)
        for state, at in _states(submission, record, schema.initial_state)
    ]
    finished = kind in ENDS
    return Progress(
        state=record.status,
        words=words.state_words(form, record.status, kind),
        steps=tuple(reversed(steps))
        or (Step(_day(submission.submitted_at), words.state_words(form, "", "new")),),
        due=None if finished else words.due_date(form, submission.submitted_at),
        finished=finished,
        actions=tuple(applicant_actions(form, schema, record.status)),
    )


def _states(submission: Submission, record: Record, initial: str) -> list[tuple[str, datetime]]:
    """The states the record has been in, oldest first, from its history."""
    found = [(initial, record.created_at)] if initial else []
    revisions = records.history(
        actor=system("procedures"), app=submission.app_code, record=submission.record_id
    )
    for revision in reversed(revisions):
        if revision.kind != "create":
            found.extend((str(c.new), revision.at) for c in revision.changes if c.code == STATUS and c.new)
    return found


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.TOKYO).date()
