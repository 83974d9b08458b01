"""Rules by the clock: when they are due, once for each record, never for what passed while they were off."""

from datetime import date, datetime

import pytest

from tomoni.automation import timing
from tomoni.automation.actions import edit_rule
from tomoni.automation.jobs import start_due_rules
from tomoni.automation.models import Rule, Run
from tomoni.core import calendar, clock, outbox
from tomoni.core.errors import Invalid
from tomoni.core.models import Notice
from tomoni.records import facade as records

NOTE = {"kind": "notice", "to": "section", "text": "{番号}番"}
OPEN = calendar.is_business_day


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=clock.TOKYO)


def due(given, after, now):
    return [m.strftime("%Y-%m-%dT%H:%M") for m in timing.moments(given, at(after), at(now), OPEN)]


@pytest.mark.parametrize(
    ("given", "after", "now", "found"),
    [
        ({"every": "day", "time": "09:00"}, "2026-11-24T09:00", "2026-11-25T08:59", []),
        ({"every": "day", "time": "09:00"}, "2026-11-24T08:00", "2026-11-24T09:00", ["2026-11-24T09:00"]),
        ({"every": "week", "weekdays": [0]}, "2026-11-20T00:00", "2026-11-25T00:00", ["2026-11-23T09:00"]),
        # 23 November is a holiday: the next open day, the open day before, or not at all.
        ({"every": "week", "weekdays": [0], "business": "next"}, "2026-11-20T10:00", "2026-11-25T00:00", ["2026-11-24T09:00"]),
        ({"every": "week", "weekdays": [0], "business": "before"}, "2026-11-19T10:00", "2026-11-25T00:00", ["2026-11-20T09:00"]),
        ({"every": "week", "weekdays": [0], "business": "only"}, "2026-11-20T10:00", "2026-11-25T00:00", []),
        ({"every": "month", "day": 31}, "2027-02-20T00:00", "2027-03-01T00:00", ["2027-02-28T09:00"]),
        ({"every": "year", "month": 4, "day": 1}, "2026-11-20T00:00", "2027-04-02T00:00", ["2027-04-01T09:00"]),
        # 4 April 2026 is a Saturday after 29–31 March: the end of the fiscal year moves to the open day before.
        ({"every": "year", "month": 1, "day": 1, "business": "next"}, "2026-12-01T00:00", "2027-01-10T00:00", ["2027-01-04T09:00"]),
    ],
)  # fmt: skip
def test_when_a_schedule_is_due(given, after, now, found):
    assert due(given, after, now) == found


def test_a_date_on_a_closed_day_is_done_on_the_open_one():
    given = {"field": "日", "days": -1, "business": "next"}
    moment = timing.moments(given, at("2026-11-20T10:00"), at("2026-11-24T10:00"), OPEN)
    # Saturday, Sunday and the holiday move to Tuesday the 24th.
    assert [m.date() for m in moment] == [date(2026, 11, 24)]
    assert timing.target_days(given, moment[0], OPEN) == [date(2026, 11, 22 + n) for n in range(4)]


def ran():
    start_due_rules.func()
    outbox.drain()
    return [(r.outcome, r.record) for r in Run.objects.order_by("pk")]


@pytest.mark.django_db
def test_relative_to_a_date(rule, record):
    with clock.at(at("2026-11-20T12:00")):
        rule(trigger="relative", timing={"field": "日", "days": -3, "time": "09:00"}, actions=[NOTE])
        soon, later = record(日="2026-11-24"), record(日="2026-11-30")
        assert ran() == []
    with clock.at(at("2026-11-21T08:59")):
        assert ran() == []
    with clock.at(at("2026-11-21T09:01")):
        assert ran() == [("ran", soon.id)]
        assert ran() == [("ran", soon.id)]
    # The server was off on the 27th: what it missed is made up for.
    with clock.at(at("2026-11-29T10:00")):
        assert ran() == [("ran", soon.id), ("ran", later.id)]


@pytest.mark.django_db
def test_a_schedule_goes_through_the_records_that_fit(rule, record):
    with clock.at(at("2026-11-20T12:00")):
        made = rule(trigger="schedule", timing={"every": "day"}, when='種類 in ("申請")', actions=[NOTE])
        fits = record(種類="申請")
        record(種類="相談")
    with clock.at(at("2026-11-21T12:00")):
        assert ran() == [("ran", fits.id)]
    edit_rule.switch_rule(actor=system(), rule=made.pk, enabled=False)
    with clock.at(at("2026-11-22T12:00")):
        assert ran() == [("ran", fits.id)]
        edit_rule.switch_rule(actor=system(), rule=made.pk, enabled=True)
        assert ran() == [("ran", fits.id)]
    with clock.at(at("2026-11-23T12:00")):
        assert len(ran()) == 2


def system():
    from tomoni.core.actor import system as made

    return made("test")


@pytest.mark.django_db
def test_once_a_month_a_record_is_made(rule, app):
    make = {"kind": "create_record", "app": app, "values": [["件名", "{今日}の点検"]]}
    with clock.at(at("2026-11-20T12:00")):
        rule(trigger="schedule", timing={"every": "month", "day": 1, "once": True}, actions=[make])
    with clock.at(at("2026-12-01T09:30")):
        assert ran() == [("ran", 0)]
        found = records.find(actor=system(), app=app, query="").records
        assert [r.values["件名"] for r in found] == ["2026-12-01の点検"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        {"every": "hour"}, {"every": "week"}, {"time": "25:00"}, {"day": 32, "every": "month"}, {"x": 1},
        {"business": "y"}, {"once": True},
    ],
)  # fmt: skip
def test_a_timing_that_does_not_fit_is_refused(rule, given):
    with pytest.raises(Invalid):
        rule(trigger="schedule", timing=given, actions=[NOTE])
    with pytest.raises(Invalid):
        rule(trigger="relative", timing={"field": "件名", "days": 1}, actions=[NOTE])


@pytest.mark.django_db
def test_comments_forms_and_imports(rule, record, actor, app):
    rule(trigger="comment", actions=[NOTE])
    rule(trigger="form", actions=[NOTE])
    quiet = rule(trigger="created", actions=[NOTE])
    loud = rule(trigger="created", on_import=True, actions=[NOTE])
    made = record(件名="x")
    outbox.drain()
    assert Run.objects.count() == 2
    records.add_comment(actor=actor("clerk"), app=app, record=made.id, text="電話した")
    records.create_record(actor=actor("clerk"), app=app, values={}, source="form")
    outbox.drain()
    assert Run.objects.filter(rule__trigger="comment").count() == 1
    assert Run.objects.filter(rule__trigger="form").count() == 1
    before = Run.objects.filter(rule=quiet).count()
    records.create_records(actor=system(), app=app, rows=[{"件名": "a"}, {"件名": "b"}])
    outbox.drain()
    assert Run.objects.filter(rule=quiet).count() == before
    assert Run.objects.filter(rule=loud).count() == before + 2


@pytest.mark.django_db
def test_the_owner_is_told_once_of_repeated_failures(rule, record, actor, app):
    dx = actor("dx")
    records.update_app(actor=dx, app=app, owner_id=dx.id)
    rule(actions=[{"kind": "run_action", "action": "終える"}])
    for _n in range(5):
        record(件名="x")
    outbox.drain()
    assert Notice.objects.filter(user_id=dx.id, text__contains="3回続けて失敗").count() == 1


@pytest.mark.django_db
def test_the_form_says_it_in_words(client_as, app):
    client = client_as("dx")
    answer = client.post(
        "/build/automation/desk/add/",
        {
            "name": "月末のまとめ",
            "trigger": "schedule",
            "every": "month",
            "day": "31",
            "time": "17:00",
            "business": "before",
        },
    )
    made = Rule.objects.get()
    assert made.timing == {"every": "month", "day": 31, "time": "17:00", "business": "before"}
    page = client.get(answer["location"]).content.decode()
    assert "毎月末日の17:00に、条件に合う記録ごとに（休みの日なら、前の開庁日に行う）" in page
    page = client.get(f"/build/automation/desk/{made.pk}/edit/").content.decode()
    assert 'value="17:00"' in page
    client.post(
        "/build/automation/desk/add/",
        {"name": "期限の前", "trigger": "relative", "date_field": "日", "days": "3", "side": "before"},
    )
    assert Rule.objects.latest("pk").timing == {"time": "09:00", "field": "日", "days": -3}
