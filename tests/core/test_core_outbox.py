"""The outbox: at least once to every consumer, database effects exactly once, retries, dead letters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tomoni.core import clock, outbox
from tomoni.core.models import Delivery, Notice, OutboxEvent
from tomoni.core.outbox import consume, dispatcher
from tomoni.core.outbox.registry import CONSUMERS


@pytest.fixture(autouse=True)
def own_consumers():
    before = dict(CONSUMERS)
    CONSUMERS.clear()
    yield
    CONSUMERS.clear()
    CONSUMERS.update(before)


def emit(kind="record.created", **payload):
    with transaction.atomic():
        return outbox.emit(kind, payload)


def note(event):
    Notice.objects.create(user_id=event.id, text=event.kind, created_at=clock.now())


def test_wildcards_and_fan_out(db):
    seen = []
    for name, pattern in [
        ("all", "*"),
        ("records", "record.*"),
        ("one", "record.created"),
        ("mail", "mail.*"),
    ]:
        outbox.consumer(pattern, name=name)(lambda event, name=name: seen.append((name, event.payload["n"])))
    emit(n=1)
    assert outbox.drain() == 3
    assert seen == [("all", 1), ("records", 1), ("one", 1)]
    assert outbox.drain() == 0


def test_rolled_back_event_is_none(db):
    outbox.consumer("*", name="c")(note)
    with transaction.atomic():
        outbox.emit("x", {})
        transaction.set_rollback(True)
    assert OutboxEvent.objects.count() == Delivery.objects.count() == 0


def test_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(RuntimeError):
        outbox.emit("x", {})


def test_consumers_may_emit(db):
    def again(event):
        if event.payload["n"]:
            outbox.emit("again", {"n": event.payload["n"] - 1})

    outbox.consumer("again", name="again")(again)
    emit("again", n=3)
    assert outbox.drain() == 4


def test_failure_rolls_back_and_is_tried_again_later(db):
    calls = []

    @outbox.consumer("*", name="c")
    def fails_once(event):
        calls.append(event.attempt)
        note(event)
        if len(calls) == 1:
            raise ValueError("taro@example.jp に送れません 090-1234-5678")

    now = clock.now()
    with clock.at(now):
        emit()
        assert outbox.drain() == 1
        assert Notice.objects.count() == 0
        row = Delivery.objects.get()
        assert row.state == "waiting"
        assert "taro" not in row.last_error
        assert "5678" not in row.last_error
        assert outbox.drain() == 0
    with clock.at(now + timedelta(seconds=6)):
        assert outbox.drain() == 1
    assert calls == [1, 2]
    assert Notice.objects.count() == 1
    assert Delivery.objects.get().state == "done"


def test_backoff_grows_to_an_hour():
    pauses = [consume.backoff(n).total_seconds() for n in range(1, 14)]
    assert pauses[:4] == [5, 10, 20, 40]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 3600


def test_dead_letter_after_the_last_attempt_and_by_wish(db):
    finals = []

    @outbox.consumer("slow", name="slow", max_attempts=3)
    def never(event):
        finals.append(event.final)
        raise ValueError("no")

    @outbox.consumer("bad", name="bad")
    def at_once(event):
        raise outbox.Dead("unreadable")

    now = clock.now()
    emit("slow")
    emit("bad")
    for hours in range(5):
        with clock.at(now + timedelta(hours=hours + 1)):
            outbox.drain()
    assert finals == [False, False, True]
    assert set(Delivery.objects.values_list("consumer", "state", "attempts")) == {
        ("slow", "dead", 3),
        ("bad", "dead", 1),
    }


def test_a_lease_that_passed_is_taken_over_and_the_first_holder_leaves_no_trace(db):
    outbox.consumer("*", name="c")(note)
    emit()
    now = clock.now()
    with clock.at(now):
        (first,) = consume.claim()
        assert consume.claim() == []
    with clock.at(now + timedelta(seconds=61)):
        (second,) = consume.claim()
        assert second.attempts == 2
        assert not consume.deliver(first)
        assert Notice.objects.count() == 0
        assert consume.deliver(second)
        assert not consume.deliver(second)
    assert Notice.objects.count() == 1


def test_a_consumer_that_kills_its_worker_ends_as_dead_letter(db):
    outbox.consumer("*", name="c", max_attempts=2)(note)
    emit()
    now = clock.now()
    for n in range(2):
        with clock.at(now + timedelta(minutes=2 * n)):
            assert len(consume.claim()) == 1
    with clock.at(now + timedelta(minutes=10)):
        outbox.drain()
    assert Delivery.objects.get().state == "dead"
    assert Notice.objects.count() == 0


def test_unknown_consumers_wait(db):
    outbox.consumer("*", name="gone")(note)
    emit()
    CONSUMERS.clear()
    assert outbox.drain() == 0
    assert Delivery.objects.get().state == "waiting"


def test_lanes(db):
    seen = []
    outbox.consumer("*", name="inside")(lambda event: seen.append("inside"))
    outbox.consumer("*", name="outside", atomic=False)(lambda event: seen.append("outside"))
    emit()
    assert outbox.drain(atomic=True) == 1
    assert seen == ["inside"]
    assert outbox.drain(atomic=False) == 1
    assert seen == ["inside", "outside"]


def test_revive(db):
    @outbox.consumer("*", name="c", max_attempts=1)
    def never(event):
        raise ValueError

    emit("k", mail=1)
    emit("k", mail=2)
    outbox.drain()
    assert outbox.revive("k", {"mail": 2}, "c")
    assert not outbox.revive("k", {"mail": 3}, "c")
    assert sorted(Delivery.objects.values_list("state", "attempts")) == [("dead", 1), ("waiting", 0)]


def test_sweep_keeps_what_is_not_delivered(db):
    outbox.consumer("*", name="c", max_attempts=1)(lambda event: 1 / event.payload["n"])
    emit(n=0)
    emit(n=1)
    outbox.drain()
    with clock.at(clock.now() + timedelta(days=91)):
        dispatcher.sweep()
    assert [e.payload["n"] for e in OutboxEvent.objects.all()] == [0]
