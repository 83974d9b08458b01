"""What other rooms may ask of challenges."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from tomoni.challenges import queries
from tomoni.challenges.actions.answer_question import answer_question
from tomoni.challenges.actions.attach_app import attach_app
from tomoni.challenges.actions.report_uses import report_uses
from tomoni.challenges.actions.run_ending import check_ending, decide_ending, plan_ending, tell_ending
from tomoni.challenges.actions.run_round import decide_round, start_round
from tomoni.challenges.actions.write_challenge import create_challenge
from tomoni.challenges.rules import Details, MeasureSpec, UseSpec
from tomoni.challenges.status import status
from tomoni.core import clock


@dataclass(frozen=True, slots=True)
class ChallengeInfo:
    """A challenge as other rooms show it: a line with a link."""

    pk: int
    title: str
    kind: str
    tag: str
    label: str
    app_code: str
    url: str


def for_task(task_id: str) -> ChallengeInfo | None:
    """The challenge of a task: one still going first, else the newest; None without one."""
    found = queries.for_task(task_id)
    if found is None:
        return None
    now = status(found, clock.today(), ending=getattr(found, "ending", None))
    url = reverse("challenges:challenge", args=[found.pk])
    return ChallengeInfo(found.pk, found.title, found.kind, now.tag, now.label, found.app_code, url)


__all__ = [
    "ChallengeInfo",
    "Details",
    "MeasureSpec",
    "UseSpec",
    "answer_question",
    "attach_app",
    "check_ending",
    "create_challenge",
    "decide_ending",
    "decide_round",
    "for_task",
    "plan_ending",
    "report_uses",
    "start_round",
    "tell_ending",
]
