"""Rounds: measured, judged by the conditions set before, decided by those who may, marked on the map."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tomoni.challenges import measuring, neighbours, picture, queries
from tomoni.challenges.actions.run_round import decide_round, start_round
from tomoni.challenges.models import Challenge, Round
from tomoni.core.errors import Conflict, Forbidden, Invalid
from tomoni.workload.models import Measurement

pytestmark = pytest.mark.django_db


def decide(actor, challenge, decision="continue", *, role="manager", number=1, **more):
    values = {"reason": "目標に届いた。", "next_ends_on": date(2027, 2, 1)} | more
    return decide_round(actor=actor(role), challenge=challenge.pk, number=number, decision=decision, **values)


def test_starting_twice_starts_once(running, actor):
    again = start_round(
        actor=actor("dx"), challenge=running.pk, starts_on=date(2026, 11, 5), ends_on=date(2026, 12, 5)
    )
    assert (again.number, again.starts_on) == (1, date(2026, 11, 1))
    assert (running.stage, running.next_on) == ("run", date(2026, 11, 20))


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 1)),
        (date(2026, 11, 20), date(2099, 11, 1)),
        (date(1990, 1, 1), date(1990, 3, 1)),
    ],
)
def test_impossible_days(challenge, app, actor, starts, ends):
    from tomoni.challenges.actions.attach_app import attach_app

    attach_app(actor=actor("dx"), challenge=challenge.pk, app=app)
    with pytest.raises(Invalid):
        start_round(actor=actor("dx"), challenge=challenge.pk, starts_on=starts, ends_on=ends)


def test_continue_opens_the_next_round_and_marks_the_map(running, worked, actor):
    worked(cases=6, staff=3, minutes=5, days=2)
    this = decide(actor, running)
    running.refresh_from_db()
    assert (running.stage, running.next_on) == ("run", date(2027, 2, 1))
    following = Round.objects.get(number=2)
    assert (following.starts_on, following.ends_on) == (date(2026, 11, 25), date(2027, 2, 1))
    assert this.figures["active"]["median"] == pytest.approx(5.0)
    assert this.guideline["met"] == 1
    mark = Measurement.objects.get()
    assert (mark.task_id, mark.app, mark.handled, mark.each_seconds, mark.active_minutes) == (
        "T-001",
        "dental",
        6,
        300,
        30,
    )
    assert (mark.since, mark.until) == (date(2026, 11, 1), date(2026, 11, 21))


def test_few_staff_leave_no_figure_on_the_map(running, worked, actor):
    worked(cases=6, staff=2)
    this = decide(actor, running)
    mark = Measurement.objects.get()
    assert (mark.handled, mark.each_seconds, mark.active_minutes) == (6, None, None)
    assert this.figures["active"] is None
    assert this.figures["hidden"] is True


def test_fix_and_stop(running, actor):
    decide(actor, running, "fix")
    running.refresh_from_db()
    assert running.stage == "fix"


def test_stopping_with_what_was_learned_is_a_result(running, actor):
    with pytest.raises(Invalid) as caught:
        decide(actor, running, "stop")
    assert "learned" in caught.value.errors
    decide(actor, running, "stop", learned="電話の相談は減らなかった。")
    running.refresh_from_db()
    assert (running.stage, running.next_on, Round.objects.count()) == ("ended", None, 1)
    assert Challenge.Stage(running.stage).label == "やめた（学びあり）"


def test_what_waits_for_a_decision_stands_once(running, actor, client_as):
    """The round ended on 20 November: it waits, and is not listed a second time as running."""
    for state, found in (("wait", [running.pk]), ("run", []), ("prepare", [])):
        page = queries.challenges(actor=actor("dx"), filters=queries.Filters(state=state))
        assert [r.pk for r in page.rows] == found, state
    link = f'href="{reverse("challenges:challenge", args=[running.pk])}"'
    assert client_as("dx").get(reverse("challenges:home")).content.decode().count(link) == 1


def test_deciding_twice(running, actor):
    decide(actor, running)
    assert decide(actor, running).number == 1
    with pytest.raises(Conflict):
        decide(actor, running, "fix")
    with pytest.raises(Invalid):
        decide(actor, running, number=2)
    assert Round.objects.count() == 2


@pytest.mark.parametrize(
    "more",
    [
        {"reason": " "},
        {"next_ends_on": None},
        {"next_ends_on": date(2026, 11, 1)},
        {"number": 7},
        {"decision": "grow"},
    ],
)
def test_what_cannot_be_decided(running, actor, more):
    with pytest.raises(Invalid):
        decide(actor, running, **more)
    assert not Round.objects.exclude(decision="").exists()
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    ("role", "may"), [("clerk", False), ("resident", False), ("dx", True), ("manager", True), ("admin", True)]
)
def test_who_decides(running, actor, role, may):
    if may:
        assert decide(actor, running, role=role).decision == "continue"
    else:
        with pytest.raises(Forbidden):
            decide(actor, running, role=role)


def test_declared_values_stand_in_and_need_a_source(running, actor):
    with pytest.raises(Invalid):
        decide(actor, running, declared={"active": Decimal(5)})
    this = decide(actor, running, declared={"active": Decimal(5)}, declared_source="11月に10件を時計で測った")
    assert this.guideline["met"] == 1
    assert this.figures["declared"] == {"active": "5"}


def test_the_formula(running, worked):
    worked(cases=6, staff=3, minutes=5)
    subject = neighbours.subject(task_id="T-001")
    assert (subject.minutes, subject.cases) == (pytest.approx(14.0), 400)
    drawn = picture.picture(running, list(running.rounds.all()), list(running.measures.all()), subject)
    assert drawn.saving.hours == pytest.approx((14.0 - 5.0) * 400 / 60)
    assert drawn.unmapped == ["入力", "確認"]
    uses = picture.uses(running, drawn.saving)
    assert uses.freed == pytest.approx(60 / 12)
    assert uses.rows[-1].open


def test_waiting_time_is_never_compared_with_the_survey(running, worked):
    """Only the median of working time enters the saving: long dwell changes nothing."""
    worked(cases=6, staff=3, minutes=5, days=9)
    measured = measuring.measure(running, date(2026, 11, 1), date(2026, 11, 21))
    assert measured.elapsed.median > 8
    saving = measuring.freed(running, measured, neighbours.subject(task_id="T-001"))
    assert saving.measured_minutes == pytest.approx(5.0)


def page(client_as, challenge, role="manager", query=""):
    return client_as(role).get(reverse("challenges:challenge", args=[challenge.pk]) + query).content.decode()


def test_the_page_shows_both_charts_apart(running, worked, client_as):
    worked()
    shown = page(client_as, running)
    assert shown.count('<svg viewBox="0 0 560') == 2
    assert "（調査 14.0分 − 計測 5.0分）× 1年 400件 ÷ 60 = 1年 60.0時間" in shown
    assert "表で見る" in shown
    assert "style=" not in shown
    assert page(client_as, running, query="?by=month").count("11月") >= 1


def test_the_page_hides_few_staff_but_counts(running, worked, client_as):
    worked(staff=2)
    shown = page(client_as, running)
    assert "3人に満たないため" in shown
    assert "6件" in shown
    assert "5.0分" not in shown


def test_the_page_says_too_few_cases(running, worked, client_as):
    worked(cases=4)
    assert "件数が足りません" in page(client_as, running)


def test_deciding_in_the_browser(running, client_as):
    client, url = client_as("manager"), reverse("challenges:decide", args=[running.pk, 1])
    assert "この内容で決定する" in page(client_as, running)
    wrong = client.post(url, {"decision": "stop", "reason": "理由"})
    assert wrong.status_code == 422
    assert "data-error-summary" in wrong.content.decode()
    right = client.post(url, {"decision": "continue", "reason": "理由", "next_ends_on": "令和9年2月1日"})
    assert right.status_code == 302
    assert client_as("clerk").post(url, {}).status_code == 403
    assert client.get(url).status_code == 405
    assert "これまでの決定" in page(client_as, running)


def test_query_counts(running, worked, client_as, django_assert_max_num_queries):
    """The page costs the same with many cases and rounds."""
    worked()
    client, url = client_as("manager"), reverse("challenges:challenge", args=[running.pk])
    client.get(url)
    with django_assert_max_num_queries(60):
        client.get(url)
    with django_assert_max_num_queries(60):
        client.get(url + "?by=month")


def test_figures_of_the_home(running, worked, actor, django_assert_max_num_queries):
    from datetime import UTC, datetime

    from tomoni.challenges import shell
    from tomoni.core import clock

    worked(cases=6, staff=3, minutes=5)
    with clock.at(datetime(2026, 11, 10, 3, 0, tzinfo=UTC)), django_assert_max_num_queries(25):
        found = shell.section_figures(actor("clerk"))
    done, days, minutes, freed = (m.value for m in found.metrics)
    assert (done, minutes) == (6, pytest.approx(5.0))
    assert days == pytest.approx(2.03, abs=0.01)
    assert freed == pytest.approx(60 / 12)
    assert shell.section_figures(actor("resident")) is None


def test_figures_of_the_home_hide_few_staff(running, worked, actor):
    from datetime import UTC, datetime

    from tomoni.challenges import shell
    from tomoni.core import clock

    worked(cases=6, staff=2)
    with clock.at(datetime(2026, 11, 10, 3, 0, tzinfo=UTC)):
        found = shell.section_figures(actor("clerk"))
    assert [m.value for m in found.metrics][2:] == [None, None]
    assert "3人" in found.metrics[2].note
