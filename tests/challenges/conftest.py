"""A surveyed task, a kit's app for it, and a challenge."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

TODAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TASK = "T-001"


@pytest.fixture(autouse=True)
def today():
    """It is 24 November 2026 in Tokyo."""
    from tomoni.core import clock

    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def task(db):
    """歯科相談の受付: 400 cases of 14 minutes a year in three steps, 93.3 hours."""
    from tomoni.workload.models import Intake, SurveyRow

    intake = Intake.objects.create(
        kind="survey",
        state="imported",
        title="業務量調査",
        fiscal_year=2025,
        file_name="s.csv",
        sha256="0" * 64,
        created_at=TODAY,
    )
    for line, (step, kind, count, seconds) in enumerate(
        [("受付", "receive", 400, 300), ("入力", "input", 400, 480), ("確認", "check", 100, 240)]
    ):
        SurveyRow.objects.create(
            intake=intake, fiscal_year=2025, line=line, section="健康推進課", section_key="k", step=step, kind=kind,
            task_id=TASK, task_name="歯科相談の受付", minutes=count * seconds // 60, used="count", count=count,
            each_seconds=seconds, routine="routine", method="timed",
        )  # fmt: skip
    return TASK


@pytest.fixture
def answer(task, actor):
    """Answer a question: `answer("combine", "not")`."""
    from tomoni.challenges.actions.answer_question import answer_question

    def make(question, decision="not", *, hours=(0, 0, 0), role="dx", task_id=task, **more):
        low, mid, high = (Decimal(h) for h in hours)
        values = {"reason": f"{question} の理由", "low": low, "mid": mid, "high": high} | more
        return answer_question(
            actor=actor(role), task_id=task_id, question=question, decision=decision, **values
        )

    return make


@pytest.fixture
def four(answer):
    """A review with its four questions answered; simplify would save 20–40 hours."""
    for question in ("eliminate", "combine", "rearrange"):
        answer(question)
    return answer("simplify", "do", hours=(20, 30, 40))


@pytest.fixture
def details(person, section):
    """What people write: `details(title="…")`."""
    from tomoni.challenges.rules import Details, MeasureSpec, UseSpec

    def make(**more):
        values = {
            "title": "歯科相談の受付をスマートフォンで",
            "kind": "build",
            "owner_id": person("clerk").pk,
            "department_id": section.pk,
            "hypothesis": "書き写しがなくなれば、1件の作業時間は半分になる。",
            "due_on": date(2027, 1, 31),
            "measures": (
                MeasureSpec("active", Decimal("6.0"), Decimal("14.0")),
                MeasureSpec("elapsed", Decimal("2.0"), Decimal("5.0")),
            ),
            "uses": (UseSpec("consult", "電話での相談", Decimal("2.0")),),
        }
        return Details(**(values | more))

    return make


@pytest.fixture
def challenge(actor, details, four):
    """A challenge out of the review."""
    from tomoni.challenges.actions.write_challenge import create_challenge

    return create_challenge(actor=actor("dx"), details=details(), key="key-00000001", review=four.pk)


@pytest.fixture
def stopping(actor, details, task):
    """A challenge that stops the task."""
    from tomoni.challenges.actions.write_challenge import create_challenge
    from tomoni.challenges.rules import MeasureSpec

    said = details(title="歯科相談の受付をやめる", kind="stop", measures=(MeasureSpec("gone", Decimal(93)),))
    return create_challenge(actor=actor("dx"), details=said, key="key-00000002", task_id=task)


@pytest.fixture
def app(actor, task):
    """An app with a process for the task."""
    from tomoni.records import facade
    from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, RightSpec, StateSpec

    states = (StateSpec("受付", "new", "受付"), StateSpec("完了", "done"))
    rights = (
        RightSpec("staff", ("view", "add", "edit")),
        RightSpec("role:dx", ("view", "add", "edit", "manage")),
    )
    spec = AppSpec(
        "dental", "歯科相談の受付", fields=(FieldSpec("名前", "text", "名前"),), states=states,
        actions=(ActionSpec("終える", "受付", "完了"),), rights=rights, task_id=task,
    )  # fmt: skip
    return facade.create_app(actor=actor("dx"), spec=spec).code


@pytest.fixture
def worked(app, actor):
    """Cases worked on by several staff: `worked(cases=6, staff=3, minutes=5)` from 2 November, one an hour."""
    from datetime import timedelta

    from tomoni.core import clock
    from tomoni.records import facade
    from tomoni.records.worktime.actions.note_mark import note_mark

    def make(cases=6, staff=3, minutes=5, days=2):
        start = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
        for i in range(cases):
            who, at = actor("clerk", f"clerk{i % staff}"), start + timedelta(hours=i)
            with clock.at(at - timedelta(days=days)):
                record = facade.create_record(actor=who, app=app, values={"名前": str(i)}).id
            for step in range(minutes + 1):
                with clock.at(at + timedelta(minutes=step)):
                    note_mark(actor=who, kind="beat" if step else "start", app=app, record=record)
            with clock.at(at + timedelta(minutes=50)):
                note_mark(actor=who, kind="stop", app=app, record=record)
                facade.run_action(actor=who, app=app, record=record, action="終える")

    return make


@pytest.fixture
def running(challenge, actor, app):
    """The challenge with its app and a first round, 1–20 November."""
    from tomoni.challenges.actions.attach_app import attach_app
    from tomoni.challenges.actions.run_round import start_round

    attach_app(actor=actor("dx"), challenge=challenge.pk, app=app)
    start_round(
        actor=actor("dx"), challenge=challenge.pk, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 20)
    )
    challenge.refresh_from_db()
    return challenge
