"""One-tap minutes: added once, taken back once, only by the one who added them."""

import pytest
from django.urls import reverse

from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.records.worktime.actions.tap import add_tap, undo_tap
from tomoni.records.worktime.models import Tap, Worked
from tomoni.records.worktime.queries import own_taps

pytestmark = pytest.mark.django_db


def tap(actor, app, record, nonce="nonce0001", kind="phone", minutes=5):
    return add_tap(actor=actor, app=app, record=record, kind=kind, minutes=minutes, nonce=nonce)


def test_a_tap_counts_by_kind_and_state(actor, app, record):
    tap(actor("clerk"), app, record)
    tap(actor("clerk"), app, record, "nonce0002", "paper", 10)
    row = Worked.objects.get()
    assert (row.state, row.phone, row.paper, row.screen) == ("受付", 300, 600, 0)


def test_a_double_tap_counts_once(actor, app, record):
    first, second = tap(actor("clerk"), app, record), tap(actor("clerk"), app, record)
    assert first.pk == second.pk
    assert Worked.objects.get().phone == 300


def test_undo_once(actor, app, record):
    mine = tap(actor("clerk"), app, record)
    assert [t.pk for t in own_taps(actor=actor("clerk"), app=app, record=record)] == [mine.pk]
    for _ in range(2):
        undo_tap(actor=actor("clerk"), tap=mine.pk)
    assert Worked.objects.get().phone == 0
    assert own_taps(actor=actor("clerk"), app=app, record=record) == []


def test_nobody_else_sees_or_undoes_it(actor, app, record):
    mine = tap(actor("clerk"), app, record)
    other = actor("dx")
    assert own_taps(actor=other, app=app, record=record) == []
    with pytest.raises(NotFound):
        undo_tap(actor=other, tap=mine.pk)
    with pytest.raises(Conflict):
        tap(other, app, record)
    assert Worked.objects.get().phone == 300


@pytest.mark.parametrize(
    ("kind", "minutes"), [("phone", 0), ("phone", 481), ("phone", -5), ("fax", 5), ("", 5)]
)
def test_impossible_taps(actor, app, record, kind, minutes):
    with pytest.raises(Invalid):
        tap(actor("clerk"), app, record, kind=kind, minutes=minutes)


@pytest.mark.parametrize("nonce", ["", "short", "x" * 33, "あ" * 10, "a b c d e f"])
def test_odd_nonces(actor, app, record, nonce):
    with pytest.raises(Invalid):
        tap(actor("clerk"), app, record, nonce)


def test_a_day_has_an_end(actor, app, record):
    for i in range(3):
        tap(actor("clerk"), app, record, f"nonce000{i}", minutes=480)
    with pytest.raises(Invalid):
        tap(actor("clerk"), app, record, "nonce0009", minutes=1)


def test_role_matrix(actor, app, record):
    for role, wanted in (("clerk", None), ("dx", None), ("manager", Forbidden), ("resident", Forbidden)):
        if wanted is None:
            tap(actor(role), app, record, f"nonce{role:>5}".replace(" ", "0"))
        else:
            with pytest.raises(wanted):
                tap(actor(role), app, record, "nonce0009")


def test_buttons_of_the_page(client_as, app, record):
    client = client_as("clerk")
    values = {"app": app, "record": record, "nonce": "a" * 32, "next": "/somewhere/", "tap": "counter:10"}
    for _ in range(2):
        answer = client.post(reverse("worktime:tap"), values)
        assert (answer.status_code, answer["Location"]) == (302, "/somewhere/")
    assert Worked.objects.get().counter == 600
    undone = client.post(
        reverse("worktime:undo", args=[Tap.objects.get().pk]), {"next": "https://evil.example/"}
    )
    assert undone["Location"] == "/"
    assert Worked.objects.get().counter == 0


def test_own_minutes_full_width(client_as, app, record):
    values = {"app": app, "record": record, "nonce": "b" * 32, "kind": "paper", "minutes": "１５"}
    client_as("clerk").post(reverse("worktime:tap"), values)
    assert Worked.objects.get().paper == 900


@pytest.mark.parametrize("minutes", ["", "-5", "5.5", "五", "9" * 100, "1e3"])
def test_odd_minutes_are_explained(client_as, app, record, minutes):
    values = {
        "app": app,
        "record": record,
        "nonce": "b" * 32,
        "kind": "paper",
        "minutes": minutes,
        "next": "/choose/",
    }
    answer = client_as("clerk").post(reverse("worktime:tap"), values)
    assert answer.status_code == 302
    assert not Tap.objects.exists()
