"""やめる: planned, decided, told, and checked after three months."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from tomoni.challenges import shell
from tomoni.challenges.actions.run_ending import (
    check_ending,
    decide_ending,
    months_later,
    plan_ending,
    remind_checks,
    tell_ending,
)
from tomoni.challenges.models import Ending
from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.errors import Forbidden, Invalid
from tomoni.core.models import Notice
from tomoni.workload.models import Measurement

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 4, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def plan(stopping, actor, section):
    def make(role="clerk", **more):
        values = {
            "end_on": date(2026, 12, 31),
            "decider": "head",
            "notice": "受付をやめます。",
            "audience": [section.pk],
        }
        return plan_ending(actor=actor(role), challenge=stopping.pk, **(values | more))

    return make


@pytest.fixture
def decided(plan, stopping, actor):
    plan()
    return decide_ending(actor=actor("manager"), challenge=stopping.pk, note="令和8年11月24日 決裁")


@pytest.mark.parametrize(
    ("day", "then"),
    [
        (date(2026, 12, 31), date(2027, 3, 31)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_three_months(day, then):
    assert months_later(day, 3) == then


def test_the_plan(plan, stopping):
    ending = plan()
    assert (ending.check_on, ending.hours_before) == (date(2027, 3, 31), Decimal("93.3"))
    assert plan(end_on=date(2027, 1, 31)).pk == ending.pk


@pytest.mark.parametrize(
    "more",
    [{"end_on": date(2026, 1, 1)}, {"decider": "me"}, {"notice": " "}, {"audience": []}, {"audience": [999]}],
)
def test_plans_that_cannot_be(plan, more):
    with pytest.raises(Invalid):
        plan(**more)
    assert not Ending.objects.exists()


def test_only_deciders_decide_and_then_it_stands(plan, stopping, actor):
    plan()
    with pytest.raises(Forbidden):
        decide_ending(actor=actor("clerk"), challenge=stopping.pk, note="x")
    for note in ("決裁 12号", "別の話"):
        decide_ending(actor=actor("manager"), challenge=stopping.pk, note=note)
    assert Ending.objects.get().decision_note == "決裁 12号"
    with pytest.raises(Invalid):
        plan(end_on=date(2027, 1, 31))


def test_telling_once_and_only_after_the_decision(plan, stopping, actor, person):
    plan()
    person("dx")
    with pytest.raises(Invalid):
        tell_ending(actor=actor("clerk"), challenge=stopping.pk)
    decide_ending(actor=actor("manager"), challenge=stopping.pk, note="決裁")
    for _ in range(2):
        told = tell_ending(actor=actor("clerk"), challenge=stopping.pk).told
    assert told == Notice.objects.count() == 3
    assert all("受付" in n.text and n.url.endswith("/announcement/") for n in Notice.objects.all())


def test_telling_nobody_is_said(plan, stopping, actor, section):
    from tomoni.people.models import Department, DepartmentVersion

    empty = Department.objects.create(code="kara")
    DepartmentVersion.objects.create(
        department=empty, name="空の課", level="section", valid_from=date(2020, 4, 1)
    )
    plan(audience=[empty.pk])
    decide_ending(actor=actor("manager"), challenge=stopping.pk, note="決裁")
    with pytest.raises(Invalid):
        tell_ending(actor=actor("clerk"), challenge=stopping.pk)
    assert Ending.objects.get().told_at is None


def test_hours_of_an_ended_task_are_freed(decided, stopping, actor):
    from tomoni.challenges import picture

    assert picture.uses(stopping, None).freed is None
    check(actor, stopping, 33)
    stopping.refresh_from_db()
    assert picture.uses(stopping, None).freed == pytest.approx((93.3 - 33) / 12)


def check(actor, stopping, hours=0, **more):
    values = {"method": "declared", "reason": "だれもしていない", "hours_after": Decimal(hours)} | more
    with clock.at(LATER):
        return check_ending(actor=actor("clerk"), challenge=stopping.pk, **values)


@pytest.mark.parametrize(
    ("hours", "result", "stage"),
    [(0, "gone", "done"), (9, "gone", "done"), (40, "partly", "ended"), (95, "still", "ended")],
)
def test_the_check(decided, stopping, actor, hours, result, stage):
    ending = check(actor, stopping, hours)
    stopping.refresh_from_db()
    assert (ending.result, stopping.stage) == (result, stage)
    mark = Measurement.objects.get()
    assert (mark.task_id, mark.active_minutes) == ("T-001", hours * 60)
    assert check(actor, stopping, 77).hours_after == hours


@pytest.mark.parametrize(
    "more",
    [{"method": "guess"}, {"reason": ""}, {"hours_after": Decimal(-1)}, {"hours_after": Decimal(10**9)}],
)
def test_checks_that_cannot_be(decided, stopping, actor, more):
    with pytest.raises(Invalid):
        check(actor, stopping, **more)
    assert not Measurement.objects.exists()


def checking(client_as, stopping):
    """The page of the check three months later."""
    with clock.at(LATER):
        return client_as("clerk").get(reverse("challenges:check", args=[stopping.pk]))


def test_nothing_is_proposed_without_anything_newer(decided, stopping, client_as):
    assert checking(client_as, stopping).context["known"] is None


def test_a_newer_survey_is_proposed(decided, stopping, client_as):
    """The last day is in fiscal 2026: a survey of 2026 still holds the old hours, one of 2027 does not."""
    from tomoni.workload.models import Intake, SurveyRow

    for year, proposed in ((2026, False), (2027, True)):
        intake = Intake.objects.create(
            kind="survey", state="imported", title=f"調査{year}", fiscal_year=year, file_name="s.csv", sha256=f"{year:064}",
            created_at=LATER,
        )  # fmt: skip
        SurveyRow.objects.create(
            intake=intake, fiscal_year=year, line=1, section="健康推進課", section_key="k", step="受付", kind="receive",
            task_id="T-001", task_name="歯科相談の受付", minutes=720, used="count", count=72, each_seconds=600,
            routine="routine", method="timed",
        )  # fmt: skip
        page = checking(client_as, stopping)
        assert (page.context["known"] is not None) == proposed
    form = page.context["form"]
    assert (form.initial["method"], form.initial["hours_after"]) == ("survey", Decimal("12.0"))
    assert "調査2027" in form.initial["check_reason"]
    assert "調査2027" in page.content.decode()


@pytest.mark.parametrize(("staff", "proposed"), [(3, True), (2, False)])
def test_working_time_since_the_last_day_is_proposed(
    plan, stopping, actor, worked, client_as, staff, proposed
):
    """Six cases of five minutes: 30 minutes in 24 days since 1 November; of fewer than three staff nothing is said."""
    from datetime import timedelta

    from tomoni.challenges.models import Ending

    plan()
    Ending.objects.update(end_on=date(2026, 10, 31), decided_at=clock.now() - timedelta(days=60))
    worked(cases=6, staff=staff, minutes=5)
    page = client_as("clerk").get(reverse("challenges:check", args=[stopping.pk]))
    known = page.context["known"]
    if not proposed:
        assert known is None
        return
    assert known.method == "measured"
    assert known.hours == Decimal(str(round(30 / 60 * 365 / 24, 1)))
    assert "÷ 60 × 365日 ÷ 24日" in known.words
    assert page.context["form"].initial["hours_after"] == known.hours


def test_no_check_before_the_last_day(decided, stopping, actor):
    with pytest.raises(Invalid):
        check_ending(
            actor=actor("clerk"),
            challenge=stopping.pk,
            method="declared",
            hours_after=Decimal(0),
            reason="もうない",
        )


def test_the_owner_is_reminded_once(decided, stopping, actor, person):
    assert remind_checks(actor=system("test")) == 0
    with clock.at(LATER):
        assert remind_checks(actor=system("test")) == 1
        assert remind_checks(actor=system("test")) == 0
        waiting = list(shell.today(actor("clerk")))
    assert Notice.objects.get().user_id == person("clerk").pk
    assert [(w.title, w.state_label) for w in waiting] == [(stopping.title, "時間を確かめる")]
    with pytest.raises(Forbidden):
        remind_checks(actor=actor("admin"))


def test_today_changes_search(plan, stopping, actor, today):
    from datetime import timedelta

    assert list(shell.today(actor("manager"))) == []
    plan()
    assert [w.title for w in shell.today(actor("manager"))] == [stopping.title]
    assert list(shell.today(actor("resident"))) == []
    texts = [c.text for c in shell.changes(actor("manager"), today - timedelta(days=1))]
    assert any("やめる日" in t for t in texts)
    assert next(shell.search(actor("clerk"), "歯科"))[0] == stopping.title
    assert list(shell.search(actor("resident"), "歯科")) == []


def test_in_the_browser(stopping, client_as, section):
    clerk, manager = client_as("clerk"), client_as("manager")
    url = reverse("challenges:ending", args=[stopping.pk])
    assert clerk.get(url).status_code == 200
    values = {"end_on": "2026-12-31", "decider": "head", "notice": "やめます。", "audience": [section.pk]}
    assert clerk.post(url, values | {"end_on": "きのう"}).status_code == 422
    assert clerk.post(url, values).status_code == 302
    detail = reverse("challenges:challenge", args=[stopping.pk])
    assert "やめることを決定する" not in clerk.get(detail).content.decode()
    assert "やめることを決定する" in manager.get(detail).content.decode()
    assert (
        clerk.post(reverse("challenges:decide_ending", args=[stopping.pk]), {"note": "x"}).status_code == 403
    )
    assert (
        manager.post(reverse("challenges:decide_ending", args=[stopping.pk]), {"note": "決裁"}).status_code
        == 302
    )
    assert clerk.post(reverse("challenges:tell_ending", args=[stopping.pk])).status_code == 302
    sheet = clerk.get(reverse("challenges:announcement", args=[stopping.pk])).content.decode()
    assert "やめます。" in sheet
    with clock.at(LATER):
        checking = reverse("challenges:check", args=[stopping.pk])
        clerk, detail = client_as("clerk"), reverse("challenges:challenge", args=[stopping.pk])
        assert clerk.get(checking).status_code == 200
        assert (
            clerk.post(checking, {"method": "declared", "hours_after": "", "check_reason": "x"}).status_code
            == 422
        )
        got = clerk.post(
            checking, {"method": "declared", "hours_after": "０", "check_reason": "だれもしていない"}
        )
        assert got.status_code == 302
        assert "時間はなくなった" in clerk.get(detail).content.decode()


def test_building_challenges_have_no_ending(challenge, client_as, actor, section):
    assert client_as("dx").get(reverse("challenges:ending", args=[challenge.pk])).status_code == 404
    with pytest.raises(Invalid):
        plan_ending(
            actor=actor("dx"),
            challenge=challenge.pk,
            end_on=date(2027, 1, 1),
            decider="head",
            notice="x",
            audience=[section.pk],
        )
