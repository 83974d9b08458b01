"""The figures: median against the plain computation, and nothing from fewer than three staff."""

from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.errors import Forbidden
from tomoni.records import facade
from tomoni.records.worktime.actions.forget import forget
from tomoni.records.worktime.actions.note_mark import note_mark
from tomoni.records.worktime.actions.tap import add_tap
from tomoni.records.worktime.models import Hand, MonthKey, StaffCount, Tap
from tomoni.records.worktime.queries import Period, effect, effects

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
NOVEMBER = {"since": date(2026, 11, 1), "until": date(2026, 12, 1)}


def work(app, people, records, minutes, *, begin=START, finish=True):
    """Each record in turn by the next person: `minutes` at the screen in 受付, then to 完了."""
    for i, record in enumerate(records):
        person, at = people[i % len(people)], begin + timedelta(hours=i)
        for step in range(minutes[i % len(minutes)] + 1):
            with clock.at(at + timedelta(minutes=step)):
                note_mark(actor=person, kind="start" if step == 0 else "beat", app=app, record=record)
        if finish:
            with clock.at(at + timedelta(minutes=59)):
                note_mark(actor=person, kind="stop", app=app, record=record)
                facade.run_action(actor=person, app=app, record=record, action="確認に回す")
                facade.run_action(actor=person, app=app, record=record, action="終える")


@pytest.fixture
def records(new_record):
    with clock.at(START):
        return [new_record(str(i)) for i in range(9)]


def test_median_of_finished_cases(app, records, clerks):
    minutes = [4, 6, 8, 10, 12, 14, 16, 18, 20]
    work(app, clerks(3), records[:8], minutes)
    work(app, clerks(3), records[8:], [30], begin=START + timedelta(days=2), finish=False)
    found = effect(app=app, **NOVEMBER)
    assert (found.handled, found.recorded, found.hidden, found.few_cases) == (8, 8, False, False)
    assert found.active.median == pytest.approx(median(minutes[:8]))
    assert found.minutes == pytest.approx(sum(minutes[:8]))
    assert [(s.state, s.step, s.cases, s.hidden) for s in found.states] == [("受付", "受付", 8, False)]


def test_under_three_staff_only_counts_are_given(app, records, clerks):
    work(app, clerks(2), records, [5])
    found = effect(app=app, **NOVEMBER)
    assert (found.handled, found.recorded, found.hidden) == (9, 9, True)
    assert found.active is None
    assert found.told is None
    assert found.minutes is None
    assert all(s.hidden and s.summary is None for s in found.states)


def test_under_five_cases_no_figure(app, records, clerks):
    work(app, clerks(3), records[:4], [5])
    found = effect(app=app, **NOVEMBER)
    assert found.few_cases
    assert found.active is None


def test_one_person_in_two_months_is_not_two(app, records, clerks):
    work(app, clerks(2), records[:5], [5])
    work(app, clerks(2), records[5:], [5], begin=START + timedelta(days=35))
    found = effect(app=app, since=date(2026, 11, 1), until=date(2027, 1, 1))
    assert Hand.objects.values("pseudonym").distinct().count() == 4
    assert found.hidden


def test_telephone_and_paper_are_in_and_apart(app, records, clerks):
    people = clerks(3)
    with clock.at(START + timedelta(minutes=1)):
        for i, record in enumerate(records):
            add_tap(
                actor=people[i % 3], app=app, record=record, kind="phone", minutes=10, nonce=f"nonce{i:04}"
            )
    work(app, people, records, [5])
    found = effect(app=app, **NOVEMBER)
    assert found.active.median == pytest.approx(15)
    assert found.told == {"phone": 90.0, "paper": 0.0, "counter": 0.0, "other": 0.0}


def test_a_state_with_few_staff_takes_a_second_one_with_it(app, records, clerks):
    """受付 by three, 確認 by one: showing 受付 and the whole would show 確認."""
    people = clerks(3)
    for i, record in enumerate(records):
        at = START + timedelta(hours=i)
        for seconds, kind in ((0, "start"), (240, "stop")):
            with clock.at(at + timedelta(seconds=seconds)):
                note_mark(actor=people[i % 3], kind=kind, app=app, record=record)
        with clock.at(at + timedelta(minutes=5)):
            facade.run_action(actor=people[0], app=app, record=record, action="確認に回す")
        for seconds, kind in ((360, "start"), (480, "stop")):
            with clock.at(at + timedelta(seconds=seconds)):
                note_mark(actor=people[0], kind=kind, app=app, record=record)
        with clock.at(at + timedelta(minutes=9)):
            facade.run_action(actor=people[0], app=app, record=record, action="終える")
    found = effect(app=app, **NOVEMBER)
    assert not found.hidden
    assert found.active.median == pytest.approx(6)
    assert [s.hidden for s in found.states] == [True, True]


def test_periods_cost_a_fixed_number_of_queries(app, records, clerks, django_assert_num_queries):
    work(app, clerks(3), records, [5])
    months = [Period(str(m), date(2026, m, 1), date(2026, m + 1, 1)) for m in range(1, 12)]
    with django_assert_num_queries(6):
        found = effects(app=app, periods=months)
    assert [e.handled for e in found] == [0] * 10 + [9]


def test_forgetting_keeps_the_count_and_loses_the_people(app, records, clerks):
    people = clerks(3)
    with clock.at(START):
        add_tap(actor=people[0], app=app, record=records[0], kind="phone", minutes=5, nonce="nonce0001")
    work(app, people, records, [5])
    later = datetime(2027, 3, 1, tzinfo=UTC)
    with clock.at(later):
        before = effect(app=app, **NOVEMBER)
        assert forget(actor=system("test"))["hands"] > 0
        after = effect(app=app, **NOVEMBER)
        assert forget(actor=system("test")) == {"hands": 0, "taps": 0, "months": 0}
    assert not Hand.objects.exists()
    assert not MonthKey.objects.exists()
    assert not Tap.objects.exclude(pseudonym="").exists()
    assert StaffCount.objects.get(state="").staff == 3
    assert after.active == before.active
    with clock.at(later):
        assert effect(app=app, since=date(2026, 11, 2), until=date(2026, 12, 1)).hidden


def test_recent_months_are_not_forgotten(app, records, clerks):
    work(app, clerks(3), records, [5])
    with clock.at(datetime(2027, 2, 27, tzinfo=UTC)):
        forget(actor=system("test"))
    assert Hand.objects.exists()


def test_only_the_system_forgets(actor):
    with pytest.raises(Forbidden):
        forget(actor=actor("admin"))


def test_unknown_app():
    assert effects(app="nothing", periods=[Period("", date(2026, 1, 1), date(2026, 2, 1))]) == []
