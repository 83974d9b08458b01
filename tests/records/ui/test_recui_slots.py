"""Bookable slots by pattern with a preview; one slot changed, closed, removed, and never a booking lost."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from tomoni.core import clock
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.core.models import AuditEntry
from tomoni.records import facade, slotplan

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/slots/"
DAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
ASKED = {
    "since": "2026-11-17", "until": "令和8年12月2日", "weekdays": ["0", "2"], "times": "9:30、13時", "minutes": "60",
    "capacity": "4", "place": "保健センター", "skip": "1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def monday(db):
    """Monday 16 November 2026; 23 November is a public holiday."""
    with clock.at(DAY):
        yield


def made():
    return [s for s in facade.slots(app="dental", field="枠") if s.capacity == 4]


def test_a_preview_stores_nothing_and_saving_does(dental, client_as):
    client = client_as("clerk")
    page = client.post(BASE + "pattern/", ASKED)
    text = page.content.decode()
    assert page.status_code == 200
    # Wednesdays 18, 25 November and 2 December, Mondays 23 (holiday) and 30 November; two times each.
    assert "8枠をつくります" in text
    assert "11月23日" in text.split("つくらない日")[1].split("</p>")[0]
    assert made() == []
    assert client.post(BASE + "pattern/", ASKED | {"do": "save"}).status_code == 302
    starts = [s.starts_at.astimezone(clock.TOKYO) for s in made()]
    assert [(s.day, s.hour, s.minute) for s in starts] == [
        (d, h, m) for d in (18, 25, 30, 2) for h, m in ((9, 30), (13, 0))
    ]
    assert {(s.place, s.ends_at - s.starts_at) for s in made()} == {("保健センター", timedelta(hours=1))}


def test_slots_that_are_there_stay_as_they_are(dental, client_as):
    client = client_as("clerk")
    client.post(BASE + "pattern/", ASKED | {"do": "save"})
    again = client.post(BASE + "pattern/", ASKED | {"capacity": "9", "times": "9:30 11:00"})
    assert "4枠をつくります" in again.content.decode()
    assert "4枠はもうあるので" in again.content.decode()
    client.post(BASE + "pattern/", ASKED | {"capacity": "9", "times": "9:30 11:00", "do": "save"})
    assert len(made()) == 8


@pytest.mark.parametrize(
    "bad",
    [
        {"weekdays": []},
        {"weekdays": ["9"]},
        {"times": "朝"},
        {"times": ""},
        {"since": "2026-11-15"},
        {"until": "2026-11-16"},
        {"until": "2028-01-01"},
        {"capacity": "0"},
        {"minutes": "4"},
        {"since": "2026-11-23", "until": "2026-11-23", "weekdays": ["0"]},
        {"until": "2027-11-15", "weekdays": list("0123456"), "times": "9 10 11"},
    ],
)
def test_patterns_that_cannot_be(dental, client_as, bad):
    before = len(facade.slots(app="dental", field="枠"))
    page = client_as("clerk").post(BASE + "pattern/", ASKED | {"do": "save"} | bad)
    assert page.status_code == 422
    assert len(facade.slots(app="dental", field="枠")) == before


def test_the_pattern_alone():
    asked = slotplan.Pattern((0,), (time(9),), 30, 1, "", date(2026, 11, 23), date(2026, 11, 30))
    new, left_out, there = slotplan.expand(asked, lambda d: d.day == 23)
    assert ([s.starts_at.day for s in new], left_out, there) == ([30], [date(2026, 11, 23)], 0)
    assert slotplan.expand(asked, lambda d: d.day == 23, [new[0].starts_at]) == ([], left_out, 1)


@pytest.fixture
def booked(dental, actor):
    """A slot with one booking out of two seats."""
    slot = facade.slots(app="dental", field="枠")[0]
    values = {"氏名": "見本 花子", "枠": slot.starts_at.isoformat()}
    schema = facade.schema(code="dental")
    values |= {f.code: "2024-05-02" for f in schema.fields if f.required and f.type == "date"}
    values |= {
        f.code: f.options["choices"][0]
        for f in schema.fields
        if f.required and f.type in ("choice", "multichoice")
    }
    facade.create_record(actor=actor("clerk"), app="dental", values=values)
    return facade.slots(app="dental", field="枠")[0]


def test_a_slot_with_bookings_is_never_removed(booked, actor, client_as):
    assert booked.taken == 1
    with pytest.raises(Conflict):
        facade.remove_slot(actor=actor("clerk"), app="dental", slot=booked.id)
    page = client_as("clerk").post(f"{BASE}{booked.id}/", {"do": "remove"})
    assert page.status_code == 409
    text = client_as("clerk").get(f"{BASE}{booked.id}/").content.decode()
    assert "見本 花子" in text
    assert 'value="remove"' not in text
    assert booked.id in {s.id for s in facade.slots(app="dental", field="枠")}


def test_capacity_never_below_the_bookings_and_closing(booked, actor, client_as):
    with pytest.raises(Invalid):
        facade.change_slot(actor=actor("clerk"), app="dental", slot=booked.id, capacity=0, place="")
    client, url = client_as("clerk"), f"{BASE}{booked.id}/"
    assert client.post(url, {"do": "change", "capacity": "0", "place": ""}).status_code == 422
    assert client.post(url, {"do": "change", "capacity": "五", "place": ""}).status_code == 422
    assert client.post(url, {"do": "change", "capacity": "５", "place": "会議室"}).status_code == 302
    found = facade.slots(app="dental", field="枠")[0]
    assert (found.capacity, found.place, found.taken) == (5, "会議室", 1)
    assert client.post(url, {"do": "close"}).status_code == 302
    found = facade.slots(app="dental", field="枠")[0]
    assert (found.capacity, found.place, found.left) == (1, "会議室", 0)
    assert AuditEntry.objects.filter(verb="app.change_slot").count() == 2


def test_an_empty_slot_is_removed_once(dental, client_as):
    slot = facade.slots(app="dental", field="枠")[3]
    client, url = client_as("clerk"), f"{BASE}{slot.id}/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"do": "remove"}).status_code == 302
    assert client.post(url, {"do": "remove"}).status_code == 404
    assert slot.id not in {s.id for s in facade.slots(app="dental", field="枠")}


def test_who_may(dental, client_as, actor, person):
    from tomoni.people.models import Department, Membership

    # A manager of another section may view, not edit.
    Membership.objects.filter(user=person("manager")).update(department=Department.objects.create(code="zei"))
    slot = facade.slots(app="dental", field="枠")[0]
    for path in ("", "pattern/", f"{slot.id}/"):
        assert client_as("clerk").get(BASE + path).status_code == 200
        assert client_as("manager").get(BASE + path).status_code == 403
    with pytest.raises(Forbidden):
        facade.remove_slot(actor=actor("manager"), app="dental", slot=slot.id)
    with pytest.raises(NotFound):
        facade.remove_slot(actor=actor("clerk"), app="dental", slot=10**9)
    assert client_as("clerk").get(f"{BASE}{10**9}/").status_code == 404
    menu = client_as("clerk").get(reverse("records:list", args=["dental"])).content.decode()
    assert f'href="{BASE}"' in menu
