"""Two writers at once, with real threads and real commits: nothing lost, nothing double, no seat sold twice."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from records_shapes import dental

from tomoni.core.errors import Conflict, Invalid
from tomoni.records import facade
from tomoni.records.schema.spec import FieldSpec

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def real(transactional_db, tmp_path):
    """On SQLite a database in a file, as in operation: threads that share one in memory lock each other's tables."""
    if connection.vendor != "sqlite":
        yield
        return
    memory, name = connection.connection, connection.settings_dict["NAME"]
    with sqlite3.connect(tmp_path / "test.sqlite3") as copy:
        memory.backup(copy)
    copy.close()
    connection.connection, connection.settings_dict["NAME"] = None, str(tmp_path / "test.sqlite3")
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


@pytest.fixture
def shop(real, actor):
    """The app, and its maker."""
    dx = actor("dx")
    made = facade.create_app(actor=dx, spec=dental())
    yield dx
    with connection.cursor() as cursor:  # tables made in real commits outlive the test
        for suffix in ("_s", "_m", ""):
            cursor.execute(f'DROP TABLE IF EXISTS "r_{made.id}{suffix}"')


def together(count, work):
    """Run `work(index)` in threads that start at once; the results and errors by index."""
    barrier, found = threading.Barrier(count), [None] * count

    def run(index):
        try:
            barrier.wait(20)
            found[index] = work(index)
        except Exception as error:
            found[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_numbers_have_no_gaps_and_repeat_never(shop):
    found = together(6, lambda i: facade.create_record(actor=shop, app="dental", values={"氏名": f"{i}"}))
    assert sorted(r.id for r in found) == [1, 2, 3, 4, 5, 6]


def test_no_seat_is_sold_twice(shop):
    facade.add_slots(
        actor=shop,
        app="dental",
        field="予約",
        slots=[facade.SlotSpec(START, START + timedelta(minutes=30), 2)],
    )
    work = lambda i: facade.create_record(actor=shop, app="dental", values={"氏名": f"{i}", "予約": START})  # noqa: E731
    found = together(6, work)
    assert sum(isinstance(f, Invalid) for f in found) == 4
    assert [s.taken for s in facade.slots(app="dental", field="予約")] == [2]
    assert facade.find(actor=shop, app="dental").total == 2


def test_the_last_seat_between_moving_and_booking(shop):
    later = START + timedelta(hours=1)
    facade.add_slots(
        actor=shop, app="dental", field="予約",
        slots=[facade.SlotSpec(s, s + timedelta(minutes=30), 1) for s in (START, later)],
    )  # fmt: skip
    first = facade.create_record(actor=shop, app="dental", values={"氏名": "a", "予約": START})

    def work(index):
        if index == 0:
            return facade.update_record(actor=shop, app="dental", record=first.id, values={"予約": later})
        return facade.create_record(actor=shop, app="dental", values={"氏名": "b", "予約": later})

    found = together(3, work)
    assert sum(isinstance(f, Invalid) for f in found) == 2
    assert [s.taken for s in facade.slots(app="dental", field="予約")][1] == 1


def test_of_two_editors_of_the_same_revision_one_is_told(shop):
    facade.create_record(actor=shop, app="dental", values={"氏名": "x"})
    found = together(
        3,
        lambda i: facade.update_record(
            actor=shop, app="dental", record=1, values={"人数": str(i + 1)}, revision=1
        ),
    )
    assert sum(isinstance(f, Conflict) for f in found) == 2
    assert facade.get(actor=shop, app="dental", record=1).revision == 2


def test_an_action_runs_once(shop):
    facade.create_record(actor=shop, app="dental", values={"氏名": "x"})
    found = together(3, lambda i: facade.run_action(actor=shop, app="dental", record=1, action="確認する"))
    assert sum(isinstance(f, Invalid) for f in found) == 2
    assert [s.state for s in facade.state_log(app="dental")] == ["受付", "確認"]


def test_a_double_tap_makes_one_record(shop):
    found = together(
        4, lambda i: facade.create_record(actor=shop, app="dental", values={"氏名": "x"}, request_id="tap-1")
    )
    assert {r.id for r in found} == {1}
    assert facade.find(actor=shop, app="dental").total == 1


def test_a_field_can_be_added_while_records_are_written(shop):
    def work(index):
        if index == 0:
            return facade.add_field(actor=shop, app="dental", field=FieldSpec("備考", "text", "備考"))
        return [facade.create_record(actor=shop, app="dental", values={"氏名": f"{index}"}) for _ in range(5)]

    found = together(3, work)
    assert not [f for f in found if isinstance(f, Exception)]
    assert facade.find(actor=shop, app="dental").total == 10
    assert {r.values["備考"] for r in facade.find(actor=shop, app="dental").records} == {""}


def test_two_fields_added_at_once_are_both_there(shop):
    found = together(
        2, lambda i: facade.add_field(actor=shop, app="dental", field=FieldSpec(f"追加{i}", "text", "x"))
    )
    assert not [f for f in found if isinstance(f, Exception)]
    assert {"追加0", "追加1"} <= set(facade.schema(code="dental").by_code)
