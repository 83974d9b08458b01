"""The other rooms as this one sees them: all that crosses the wall is here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tomoni.core import calendar, clock
from tomoni.core.actor import Actor, system
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.engines.effect import StepMinutes, minutes_per_case
from tomoni.kits import facade as kits_room
from tomoni.participation import facade as participation
from tomoni.people import facade as people
from tomoni.procedures import facade as procedures
from tomoni.records import facade as records
from tomoni.workload import facade as workload

if TYPE_CHECKING:
    from tomoni.challenges.measuring import Measured
    from tomoni.challenges.models import Challenge, Ending


@dataclass(frozen=True, slots=True)
class StepRow:
    """A surveyed step of a task: hours a year, count, minutes each."""

    name: str
    kind: str
    count: int | None
    each: float | None
    hours: float
    system: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reviewed: a task of the survey (with hours) or a procedure (without)."""

    name: str
    section: str
    task_id: str = ""
    procedure_id: str = ""
    hours: Decimal | None = None
    steps: tuple[StepRow, ...] = ()
    cases: float = 0.0
    minutes: float = 0.0
    source: str = ""
    note: str = ""
    department_id: int | None = None
    fiscal_year: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task worth a review, with the reason and a range of hours."""

    task_id: str
    section: str
    task: str
    step: str
    kind: str
    hours: float
    low: int
    high: int
    reasons: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A kit that can be installed, or an app that is there."""

    code: str
    name: str
    summary: str = ""
    version: str = ""
    publisher: str = ""
    fits: bool = False
    kit: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Residents' answers in one line, with the counts of 1 to 5 where there are enough."""

    count: int
    average: float | None
    distribution: tuple[tuple[int, int], ...] = ()
    texts: tuple[Any, ...] = ()


def subject(*, task_id: str = "", procedure_id: str = "") -> Subject | None:
    """The task or procedure; None when unknown."""
    if task_id:
        return _task(task_id)
    found = workload.procedure(procedure_id) if procedure_id else None
    if found is None:
        return None
    note = "、".join(part for part in (found.law, found.ministry) if part)
    return Subject(
        found.name, found.receiver or "", procedure_id=found.id, note=note, source=_("手続の一覧（国の調査）")
    )


def _task(task_id: str) -> Subject | None:
    found = workload.task(task_id)
    if found is None:
        return None
    rows: dict[str, list[Any]] = {}
    for step in found.steps:
        rows.setdefault(step.step, []).append(step)
    steps = tuple(_step(name, parts) for name, parts in rows.items())
    most = max((s.count or 0 for s in steps), default=0)
    minutes, cases = minutes_per_case(
        [StepMinutes(s.name, s.count or most, s.hours * 60 / (s.count or most)) for s in steps]
        if most
        else []
    )
    source = _("%(survey)s、%(year)s") % {
        "survey": found.survey,
        "year": calendar.fiscal_label(found.fiscal_year),
    }
    return Subject(
        name=found.name,
        section=found.section,
        task_id=task_id,
        hours=Decimal(str(round(found.hours, 1))),
        steps=steps,
        cases=cases,
        minutes=minutes,
        source=source,
        fiscal_year=found.fiscal_year,
        department_id=next(
            (pk for pk, name in people.department_names().items() if name == found.section), None
        ),
    )


def _step(name: str, parts: list[Any]) -> StepRow:
    """One step out of the rows of its kinds of doers."""
    counted = [p.count for p in parts if p.count]
    count, minutes = sum(counted) or None, sum(p.minutes for p in parts)
    systems = "、".join(dict.fromkeys(p.system for p in parts if p.system))
    return StepRow(
        name,
        workload.kind_name(parts[0].kind),
        count,
        minutes / count if count else None,
        minutes / 60,
        systems,
    )


def task_names(task_ids: Iterable[str]) -> dict[str, str]:
    """Task id → name, for the ids that are known."""
    return {i: t.name for i in set(task_ids) if i and (t := workload.task(i)) is not None}


def candidates(limit: int = 10) -> list[Candidate]:
    """The tasks most worth a review, as the work map ranks them; [] without a survey."""
    found: list[Candidate] = []
    for ranked in workload.candidates():
        step = ranked.candidate.step
        if ranked.measured or any(c.task_id == step.task_id for c in found):
            continue
        c = ranked.candidate
        words = workload.reason_word(c.reasons)
        kind = workload.kind_name(step.kind)
        found.append(
            Candidate(
                step.task_id,
                step.section,
                step.task,
                step.step,
                kind,
                step.minutes / 60,
                c.low_hours,
                c.high_hours,
                words,
            )
        )
        if len(found) == limit:
            break
    return found


def kits(*, task_id: str) -> list[Tool]:
    """Kits that can be installed, those made for the task first."""
    found = [
        Tool(k.code, k.name, k.summary, k.version, k.publisher, fits=bool(task_id) and k.task_id == task_id)
        for k in kits_room.available()
    ]
    return sorted(found, key=lambda tool: (not tool.fits, tool.name))


def kit(code: str) -> Tool | None:
    """One kit by its code; None when it is no longer there."""
    if not code:
        return None
    try:
        k = kits_room.kit(code)
    except NotFound:
        return None
    return Tool(k.code, k.name, k.summary, k.version, k.publisher)


def install_kit(*, actor: Actor, code: str, task_id: str, department_id: int | None = None) -> str:
    """Install a kit for the task and return the app's code. Raises `NotFound`, `Forbidden`, `Invalid`.

    The app belongs to the section that does the work: the one in charge of the challenge, else the task's in the survey,
    and only without either the installer's own.
    """
    found = _task(task_id) if department_id is None and task_id else None
    owner = department_id or (found.department_id if found else None)
    section = people.departments().filter(department_id=owner).first() if owner else None
    return kits_room.install(
        actor=actor,
        code=code,
        task_id=task_id or None,
        department_code=section.department.code if section else "",
    )


def apps(*, actor: Actor, task_id: str) -> list[Tool]:
    """Apps the actor may see, those of the task first."""
    found = [
        Tool(a.code, a.name, fits=bool(task_id) and a.task_id == task_id) for a in records.apps(actor=actor)
    ]
    return sorted(found, key=lambda tool: (not tool.fits, tool.name))


def app(*, actor: Actor, code: str) -> Tool:
    """An app the actor may see. Raises `NotFound`."""
    found = records.app(actor=actor, code=code)
    return Tool(found.code, found.name, kit=found.kit, version=found.kit_version)


def app_name(code: str) -> str:
    """The name of an app whoever asks; its code when it is gone."""
    try:
        return str(records.schema(code=code).name)
    except NotFound:
        return code


def may_see_app(*, actor: Actor, code: str) -> bool:
    """Whether to show a link to the app."""
    try:
        records.app(actor=actor, code=code)
    except (NotFound, Forbidden):
        return False
    return True


def state_steps(code: str) -> dict[str, str]:
    """State → survey step of an app, for states that name one."""
    try:
        return {s.name: s.step for s in records.schema(code=code).states if s.step}
    except NotFound:
        return {}


@dataclass(frozen=True, slots=True)
class FormLink:
    """The resident form of an app: whether it accepts today, and whether the reader may open its staff page."""

    slug: str
    title: str
    state: str
    accepts: bool
    may_open: bool


def form(*, actor: Actor, app_code: str) -> FormLink | None:
    """The resident form of an app as the reader may reach it; None without one."""
    found = procedures.form_for_app(app_code) if app_code else None
    if found is None:
        return None
    return FormLink(
        found.slug,
        found.title,
        found.get_state_display(),
        found.accepting(),
        procedures.may_view(actor, found),
    )


def answers(*, task_id: str, since: date | None = None, actor: Actor | None = None) -> Answers | None:
    """Residents' answers about a task; None while there are too few to show. Texts only for those who may read."""
    begin = datetime.combine(since, time.min, clock.TOKYO) if since else None
    found = participation.summary(task_id=task_id, since=begin)
    if found.count is None:
        return None
    texts: tuple[Any, ...] = ()
    if actor is not None and actor.may("participation.view") and found.texts:
        texts = tuple(participation.texts(actor=actor, task_id=task_id, limit=5, since=begin))
    spread = tuple(sorted((found.distribution or {}).items(), reverse=True))
    return Answers(found.count, found.mean, spread, texts)


def mark_round(*, actor: Actor, challenge: Challenge, measured: Measured) -> None:
    """Mark the task measured on the work map with a round's 作業時間 (never 経過日数). Unsurveyed tasks are left."""
    if not challenge.task_id or measured.effect is None or not measured.effect.handled:
        return
    effect, active = measured.effect, measured.effect.active
    # Cases without any recorded time are taken to be like the others.
    minutes = effect.minutes * effect.handled / effect.recorded if active and effect.minutes else None
    _mark(
        challenge,
        since=measured.since,
        until=measured.until,
        handled=measured.effect.handled,
        active_minutes=None if minutes is None else round(minutes),
        each_seconds=round(active.median * 60) if active else None,
        people=0 if measured.effect.hidden else None,
        app=challenge.app_code,
        source=_("取組「%(title)s」") % {"title": challenge.title},
    )


def mark_ending(*, actor: Actor, challenge: Challenge, ending: Ending) -> None:
    """Mark a task that was stopped: the hours a year that are left of it."""
    if not challenge.task_id:
        return
    _mark(
        challenge,
        since=ending.end_on,
        until=clock.today() + timedelta(days=1),
        active_minutes=round((ending.hours_after or Decimal(0)) * 60),
        source=_("取組「%(title)s」（%(method)s）")
        % {"title": challenge.title, "method": ending.get_method_display()},
    )


def _mark(challenge: Challenge, **figures: Any) -> None:
    """Hand the figures over. The right was checked by the decision; the map's own right is the DX office's."""
    try:
        workload.mark_measured(actor=system("challenges"), task_id=challenge.task_id, **figures)
    except Invalid:
        # The task came from a kit or a procedure and is in no survey: there is no place to mark.
        return
