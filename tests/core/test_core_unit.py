"""A unit of work reads once what it remembers; outside of one, and in the next one, it is read anew."""

import pytest

from tomoni.core import outbox, unit
from tomoni.core.actions.set_town import set_town
from tomoni.core.town import town


def reader():
    """A function that counts how often it is called, and its count."""
    calls = []

    def read():
        calls.append(1)
        return len(calls)

    return read, calls


def test_outside_of_a_unit_nothing_is_kept():
    read, calls = reader()
    assert [unit.remembered("k", read), unit.remembered("k", read)] == [1, 2]
    assert len(calls) == 2


def test_a_unit_remembers_and_forgets():
    read, _calls = reader()
    with unit.unit():
        assert [unit.remembered("k", read), unit.remembered("k", read)] == [1, 1]
        with unit.unit():
            assert unit.remembered("k", read) == 2
        assert unit.remembered("k", read) == 1
        unit.forget("k", "never read")
        assert unit.remembered("k", read) == 3
    assert unit.remembered("k", read) == 4


@pytest.mark.django_db
def test_the_town_is_read_once_and_anew_after_a_change(actor, django_assert_num_queries):
    set_town(actor=actor("dx"), name="甲市")
    with unit.unit():
        with django_assert_num_queries(1):
            assert {town().name for _ in range(3)} == {"甲市"}
        set_town(actor=actor("dx"), name="乙市")
        assert town().name == "乙市"


@pytest.mark.django_db
def test_each_delivery_is_a_unit_of_its_own(monkeypatch):
    """What one event's consumer has read is not what the next one's sees."""
    from django.db import transaction

    from tomoni.core.outbox import registry

    monkeypatch.setattr(registry, "CONSUMERS", dict(registry.CONSUMERS))
    read, _calls = reader()
    seen = []
    made = registry.Consumer("units", "test.unit", lambda _e: seen.append(both()), True, 1)

    def both():
        return unit.remembered("k", read), unit.remembered("k", read)

    registry.CONSUMERS["units"] = made
    monkeypatch.setattr("tomoni.core.outbox.consume.CONSUMERS", registry.CONSUMERS)
    with transaction.atomic():
        outbox.emit("test.unit", {"n": 1})
        outbox.emit("test.unit", {"n": 2})
    outbox.drain()
    assert seen == [(1, 1), (2, 2)]
