"""Marks through the action and the endpoint: only the server's clock, only who may edit, nobody by name."""

import random
from collections import Counter

import pytest
from django.urls import reverse

from tomoni.core.errors import Forbidden, NotFound
from tomoni.engines.effect import Event, Presence, advance
from tomoni.records import facade
from tomoni.records.worktime.actions.note_mark import note_mark
from tomoni.records.worktime.models import Hand, MonthKey, Worked
from tomoni.records.worktime.models import Presence as Standing

pytestmark = pytest.mark.django_db


def screen(record):
    return sum(Worked.objects.filter(record=record).values_list("screen", flat=True))


def test_time_between_marks_goes_to_the_record_and_its_state(actor, app, record, after):
    me = actor("clerk")
    with after(0):
        note_mark(actor=me, kind="start", app=app, record=record)
    with after(30):
        assert note_mark(actor=me, kind="beat", app=app, record=record) == 30
    with after(50):
        facade.run_action(actor=me, app=app, record=record, action="確認に回す")
        note_mark(actor=me, kind="start", app=app, record=record)
    with after(110):
        note_mark(actor=me, kind="stop", app=app, record=record)
    rows = {w.state: w.screen for w in Worked.objects.all()}
    assert rows == {"受付": 50, "確認": 60}


def test_two_tabs_do_not_double_count(actor, app, new_record, after):
    me, a, b = actor("clerk"), new_record("甲"), new_record("乙")
    for second in range(0, 301, 15):
        with after(second):
            kind = "start" if second < 30 else "beat"
            note_mark(actor=me, kind=kind, app=app, record=(a, b)[second // 15 % 2])
    assert screen(a) + screen(b) == 300


def test_two_people_on_one_record_both_count(actor, app, record, after, clerks):
    for person in clerks(2):
        with after(0):
            note_mark(actor=person, kind="start", app=app, record=record)
        with after(60):
            note_mark(actor=person, kind="stop", app=app, record=record)
    assert screen(record) == 120
    assert Hand.objects.values("pseudonym").distinct().count() == 2


def test_the_same_chain_as_the_engine(actor, app, new_record, after):
    """Random marks of one person over three records against the engine run on its own."""
    random.seed(7)
    me, records = actor("clerk"), [new_record(n) for n in "甲乙丙"]
    at, standing, expected = 0, Presence(), Counter()
    for _ in range(60):
        at += random.choice([0, 6, 15, 30, 120, 299, 301, 900])
        kind, record = random.choice(["start", "beat", "beat", "stop", "leave"]), random.choice(records)
        idle = random.choice([0, 0, 5, 40])
        with after(at):
            note_mark(
                actor=me,
                kind=kind,
                app=app if kind != "leave" else "",
                record=record if kind != "leave" else 0,
                idle=idle,
            )
        if kind == "beat" and standing.live and standing.record == record and at - standing.last < 5:
            continue
        step = advance(standing, Event(kind, at, None if kind == "leave" else record, idle))
        standing = step.presence
        expected[step.record] += step.seconds
    expected.pop(None, None)
    assert {r: screen(r) for r in records} == {r: expected[r] for r in records}


def test_nothing_names_the_person(actor, app, record, after):
    from tomoni.core.models import AuditEntry

    me = actor("clerk")
    before = AuditEntry.objects.count()
    for second, kind in ((0, "start"), (30, "beat"), (60, "stop")):
        with after(second):
            note_mark(actor=me, kind=kind, app=app, record=record)
    stored = Standing.objects.get()
    assert str(me.id) not in stored.pseudonym[:2] or len(stored.pseudonym) == 64
    assert stored.pseudonym != str(me.id)
    assert AuditEntry.objects.count() == before
    columns = {f.name for m in (Worked, Hand, Standing) for f in m._meta.get_fields()}
    assert not columns & {"user", "user_id", "actor", "creator"}


def test_pseudonyms_change_with_the_month(actor, app, record, after):
    me = actor("clerk")
    for offset in (0, 40 * 86_400):
        with after(offset):
            note_mark(actor=me, kind="start", app=app, record=record)
        with after(offset + 60):
            note_mark(actor=me, kind="stop", app=app, record=record)
    assert Hand.objects.values("pseudonym").distinct().count() == 2
    assert MonthKey.objects.count() == 2


def test_who_may_not_edit_may_not_add_time(actor, app, record, after):
    with after(0):
        with pytest.raises(Forbidden):
            note_mark(actor=actor("manager"), kind="start", app=app, record=record)
        with pytest.raises((NotFound, Forbidden)):
            note_mark(actor=actor("resident"), kind="start", app=app, record=record)
        with pytest.raises(NotFound):
            note_mark(actor=actor("clerk"), kind="start", app=app, record=999_999)
        with pytest.raises(NotFound):
            note_mark(actor=actor("clerk"), kind="start", app="nothing", record=record)
    assert not Worked.objects.exists()


def post(client, code, number, **more):
    values = {"app": code, "record": number, "kind": "beat", "idle": "0"}
    return client.post(reverse("worktime:mark"), values | more)


def test_endpoint(client_as, app, record, after):
    client = client_as("clerk")
    with after(0):
        assert post(client, app, record, kind="start").status_code == 204
    with after(30):
        assert post(client, app, record, idle="0.4").status_code == 204
    assert screen(record) in (29, 30)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"kind": "leave"}, 422),
        ({"kind": "x" * 10_000}, 422),
        ({"record": "abc"}, 404),
        ({"record": "9" * 40}, 404),
        ({"record": "-1"}, 404),
        ({"app": "nothing"}, 404),
        ({"app": "\x00"}, 404),
        ({"idle": "nan"}, 204),
        ({"idle": "-1e308"}, 204),
        ({"idle": "たくさん"}, 204),
    ],
)
def test_hostile_input(client_as, app, record, after, values, status):
    with after(0):
        answer = post(client_as("clerk"), app, record, **values)
    assert answer.status_code == status
    assert not Worked.objects.exists()


def test_endpoint_needs_sign_in_token_and_method(app, record, client_as, client, person, after):
    from django.test import Client

    with after(0):
        assert post(client, app, record).status_code == 302
        assert post(client_as("resident"), app, record).status_code == 403
        assert client_as("clerk").get(reverse("worktime:mark")).status_code == 405
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(person("clerk"), backend="allauth.account.auth_backends.AuthenticationBackend")
        assert post(strict, app, record).status_code == 403


def test_a_flood_of_beats_costs_no_writes(actor, app, record, after, django_assert_max_num_queries):
    me = actor("clerk")
    with after(0):
        note_mark(actor=me, kind="start", app=app, record=record)
    with after(30):
        note_mark(actor=me, kind="beat", app=app, record=record)
    with after(31), django_assert_max_num_queries(6):
        for _ in range(1):
            assert note_mark(actor=me, kind="beat", app=app, record=record) == 0
    assert screen(record) == 30
