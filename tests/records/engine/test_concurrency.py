"""Two writers at once, with real threads and real commits: nothing lost, nothing double, no seat sold twice."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
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
        left = [n for n in connection.introspection.table_names() if n.startswith(f"r_{made.id}_t")]
        for name in left:
            cursor.execute(f'DROP TABLE "{name}"')


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


def test_rows_of_many_writers_never_share_a_number(shop):
    items = FieldSpec("明細", "table", "明細", fields=(FieldSpec("品名", "text", "品名"),))
    facade.add_field(actor=shop, app="dental", field=items)
    rows = [{"values": {"品名": f"{n}"}} for n in range(5)]
    for _ in range(3):
        facade.create_record(actor=shop, app="dental", values={"氏名": "x", "明細": rows})

    def work(index):
        if index < 3:
            new = {"明細": [*facade.get(actor=shop, app="dental", record=index + 1).values["明細"], *rows]}
            return facade.update_record(actor=shop, app="dental", record=index + 1, values=new)
        if index == 3:
            return facade.deploy_app(actor=shop, app="dental", spec=_with_column(shop))
        return facade.create_record(actor=shop, app="dental", values={"氏名": "y", "明細": rows})

    found = together(6, work)
    assert not [f for f in found if isinstance(f, Exception)]
    every = [r for record in facade.find(actor=shop, app="dental").records for r in record.values["明細"]]
    assert len(every) == 3 * 10 + 2 * 5
    assert len({r["id"] for r in every}) == len(every)


def _with_column(shop):
    spec = facade.draft(actor=shop, app="dental").spec
    more = FieldSpec("数量", "number", "数量")
    fields = tuple(replace(f, fields=(*f.fields, more)) if f.code == "明細" else f for f in spec.fields)
    return replace(spec, fields=fields)


def test_of_two_editors_of_a_table_one_is_told(shop):
    facade.add_field(
        actor=shop, app="dental",
        field=FieldSpec("明細", "table", "明細", fields=(FieldSpec("品名", "text", "品名"),)),
    )  # fmt: skip
    facade.create_record(actor=shop, app="dental", values={"氏名": "x"})
    rows = lambda i: {"明細": [{"values": {"品名": f"{i}-{n}"}} for n in range(3)]}  # noqa: E731
    found = together(
        3, lambda i: facade.update_record(actor=shop, app="dental", record=1, values=rows(i), revision=1)
    )
    assert sum(isinstance(f, Conflict) for f in found) == 2
    kept = [r["values"]["品名"] for r in facade.get(actor=shop, app="dental", record=1).values["明細"]]
    assert len({name[0] for name in kept}) == 1
    assert len(kept) == 3
