"""The writer: bounded queries, one trace a change, bulk, idempotency, slots, restore of versions, search index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from records_shapes import dental

from tomoni.core.actor import Actor, system
from tomoni.core.errors import Invalid
from tomoni.core.models import AuditEntry, OutboxEvent, StoredFile
from tomoni.records import facade
from tomoni.records.actions import _rows
from tomoni.records.models import Revision
from tomoni.records.schema.spec import FieldSpec, RightSpec

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
FORM = Actor(kind="anonymous", roles=frozenset({"form:x"}))


def queries(work):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        work()
    return [
        q["sql"]
        for q in caught.captured_queries
        if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]


@pytest.fixture
def slots(app, actor):
    facade.add_slots(
        actor=actor("dx"), app="dental", field="予約",
        slots=[facade.SlotSpec(START + timedelta(hours=h), START + timedelta(hours=h, minutes=30), 1) for h in range(3)],
    )  # fmt: skip


def stored(name, by):
    return StoredFile.objects.create(
        sha256="0" * 64,
        name=name,
        size=1,
        content_type="image/png",
        kind="image",
        created_by=by,
        created_at=START,
    )


def test_queries_are_bounded(app, actor, slots):
    clerk = actor("clerk")
    values = {
        "氏名": "山田", "相談": "歯が痛い", "希望": ["相談"], "担当": ["clerk"], "担当課": ["kenko"], "予約": START,
    }  # fmt: skip
    create = lambda: facade.create_record(actor=clerk, app="dental", values=values)  # noqa: E731
    assert len(queries(create)) <= 16
    assert (
        len(
            queries(
                lambda: facade.update_record(
                    actor=clerk, app="dental", record=1, values={"氏名": "a", "希望": ["フッ素"]}
                )
            )
        )
        <= 16
    )
    assert (
        len(queries(lambda: facade.run_action(actor=clerk, app="dental", record=1, action="確認する"))) <= 13
    )
    assert len(queries(lambda: facade.get(actor=clerk, app="dental", record=1))) == 3
    for _ in range(30):
        facade.create_record(actor=clerk, app="dental", values={**values, "予約": None})
    find = lambda: facade.find(actor=clerk, app="dental", query='氏名 like "山田" order by 人数 desc')  # noqa: E731
    assert len(queries(find)) == 4  # all are on the page; one asks what waits for the index
    longer = lambda: facade.find(actor=clerk, app="dental", query='氏名 like "山田"', limit=10)  # noqa: E731
    assert len(queries(longer)) == 5
    assert longer().total == 30
    assert len(queries(lambda: facade.find(actor=clerk, app="dental", limit=10))) == 5
    facade.delete_record(actor=clerk, app="dental", record=2)
    assert facade.find(actor=clerk, app="dental", limit=10).total == 30
    assert (
        len(queries(lambda: facade.create_records(actor=clerk, app="dental", rows=[{"氏名": "x"}] * 200)))
        <= 12
    )


def test_each_change_leaves_one_revision_one_entry_one_event(app, actor):
    clerk = actor("clerk")
    facade.create_record(actor=clerk, app="dental", values={"氏名": "山田花子"})
    facade.update_record(
        actor=clerk, app="dental", record=1, values={"人数": "2", "希望": ["相談"]}, comment="電話で確認"
    )
    facade.run_action(actor=clerk, app="dental", record=1, action="確認する", comment="よし")
    facade.assign_record(actor=clerk, app="dental", record=1, users=[clerk.id])
    facade.delete_record(actor=clerk, app="dental", record=1)
    facade.restore_record(actor=clerk, app="dental", record=1)
    entries = AuditEntry.objects.filter(target=f"record:{app.id}/1").order_by("id")
    assert [e.verb for e in entries] == [
        "record.create", "record.update", "record.action", "record.assign", "record.delete", "record.restore",
    ]  # fmt: skip
    assert "山田" not in str([e.fields for e in entries])
    events = OutboxEvent.objects.filter(kind__startswith="record.").order_by("id")
    assert [e.kind for e in events] == [
        "record.created", "record.updated", "record.state_changed", "record.updated", "record.deleted", "record.restored",
    ]  # fmt: skip
    assert "山田" not in str([e.payload for e in events])
    assert [e.payload["revision"] for e in events] == [1, 2, 3, 4, 5, 6]
    moved = events[2].payload
    assert (moved["from"], moved["to"], moved["action"]) == ("受付", "確認", "確認する")
    history = facade.history(actor=clerk, app="dental", record=1)
    assert [h.kind for h in history] == ["restore", "delete", "assign", "action", "update", "create"]
    assert [(c.code, c.old, c.new) for c in history[4].changes] == [
        ("人数", None, Decimal(2)),
        ("希望", [], ["相談"]),
    ]
    assert (history[4].comment, history[3].action) == ("電話で確認", "確認する")
    assert [(c.old, c.new) for c in history[3].changes] == [("受付", "確認")]


def test_nothing_is_half_written(app, actor, monkeypatch):
    from tomoni.records.actions import _trace

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(_trace, "event", broken)
    with pytest.raises(RuntimeError):
        facade.create_record(actor=actor("clerk"), app="dental", values={"氏名": "山田", "希望": ["相談"]})
    monkeypatch.undo()
    assert facade.find(actor=actor("clerk"), app="dental").total == 0
    assert facade.state_log(app="dental") == []
    assert AuditEntry.objects.filter(verb="record.create").count() == 0
    assert facade.create_record(actor=actor("clerk"), app="dental", values={"氏名": "山田"}).id == 1


def test_the_same_request_twice_makes_one_record(app, actor):
    clerk, dx = actor("clerk"), actor("dx")
    first = facade.create_record(actor=clerk, app="dental", values={"氏名": "a"}, request_id="r1")
    again = facade.create_record(actor=clerk, app="dental", values={"氏名": "a"}, request_id="r1")
    other = facade.create_record(actor=dx, app="dental", values={"氏名": "b"}, request_id="r1")
    assert (first.id, again.id, other.id) == (1, 1, 2)
    with pytest.raises(Invalid):
        facade.create_record(actor=clerk, app="dental", values={"人数": "x"}, request_id="r2")
    assert facade.create_record(actor=clerk, app="dental", values={"氏名": "c"}, request_id="r2").id == 3


def test_seats(app, actor, slots):
    clerk, dx = actor("clerk"), actor("dx")
    book = lambda at: facade.create_record(actor=clerk, app="dental", values={"氏名": "x", "予約": at})  # noqa: E731
    first = book(START)
    with pytest.raises(Invalid) as caught:
        book(START)
    assert set(caught.value.errors) == {"予約"}
    with pytest.raises(Invalid):
        book(START + timedelta(minutes=1))
    facade.update_record(actor=clerk, app="dental", record=first.id, values={"氏名": "y", "予約": START})
    facade.run_action(actor=clerk, app="dental", record=first.id, action="取り消す")
    second = book(START)
    with pytest.raises(Invalid):
        facade.run_action(actor=dx, app="dental", record=first.id, action="戻す")
    facade.update_record(
        actor=clerk, app="dental", record=second.id, values={"予約": START + timedelta(hours=1)}
    )
    facade.run_action(actor=dx, app="dental", record=first.id, action="戻す")
    facade.delete_record(actor=clerk, app="dental", record=first.id)
    third = book(START)
    with pytest.raises(Invalid):
        facade.restore_record(actor=clerk, app="dental", record=first.id)
    with pytest.raises(Invalid):
        facade.restore_revision(actor=clerk, app="dental", record=second.id, to=1)
    assert [(s.capacity, s.taken, s.left) for s in facade.slots(app="dental", field="予約")] == [
        (1, 1, 0),
        (1, 1, 0),
        (1, 0, 1),
    ]
    facade.add_slots(
        actor=dx,
        app="dental",
        field="予約",
        slots=[facade.SlotSpec(START, START + timedelta(hours=1), 2, "別館")],
    )
    assert facade.slots(app="dental", field="予約")[0].place == "別館"
    facade.restore_record(actor=clerk, app="dental", record=first.id)
    assert third.values["予約"] == START


def test_a_cancelled_record_may_keep_its_full_slot_while_edited(app, actor, slots):
    clerk = actor("clerk")
    first = facade.create_record(actor=clerk, app="dental", values={"氏名": "x", "予約": START})
    facade.run_action(actor=clerk, app="dental", record=first.id, action="取り消す")
    facade.create_record(actor=clerk, app="dental", values={"氏名": "y", "予約": START})
    facade.update_record(actor=clerk, app="dental", record=first.id, values={"氏名": "z", "予約": START})


def test_bulk(app, actor, slots):
    clerk = actor("clerk")
    facade.add_field(actor=actor("dx"), app="dental", field=FieldSpec("番号", "number", "番号", unique=True))
    facade.create_record(actor=clerk, app="dental", values={"氏名": "前", "番号": "7"})
    rows = [
        {
            "氏名": "一",
            "番号": "1",
            "希望": "相談、フッ素",
            "担当": "clerk",
            "生年月日": "R5.4.1",
            "予約": "2026-12-01 10:00",
        },
        {"氏名": "", "番号": "2"},
        {"氏名": "三", "番号": "１"},
        {"氏名": "四", "番号": "7"},
        {"氏名": "五", "番号": "5", "予約": "2026-12-01 10:00"},
        {"氏名": "六", "番号": "6", "担当": "だれ"},
        {"氏名": "七"},
    ]
    result = facade.create_records(actor=clerk, app="dental", rows=rows)
    assert result.created == []
    assert {i: set(e) for i, e in result.errors.items()} == {
        1: {"氏名"},
        2: {"番号"},
        3: {"番号"},
        4: {"予約"},
        5: {"担当"},
    }
    assert facade.find(actor=clerk, app="dental").total == 1
    result = facade.create_records(actor=clerk, app="dental", rows=rows, skip_bad=True)
    assert result.created == [2, 3]
    first = facade.get(actor=clerk, app="dental", record=2)
    assert (first.values["希望"], first.values["担当"], first.values["予約"]) == (
        ["フッ素", "相談"],
        [clerk.id],
        START,
    )
    assert facade.find(actor=clerk, app="dental", query='担当 in (LOGINUSER()) and 氏名 like "一"').total == 1
    entry = AuditEntry.objects.get(verb="record.import")
    assert (entry.count, len(entry.merkle_root)) == (2, 64)
    assert [e.payload["records"] for e in OutboxEvent.objects.filter(kind="record.imported")] == [[2, 3]]
    assert len(facade.state_log(app="dental")) == 3


def test_versions_come_back(app, actor):
    clerk = actor("clerk")
    facade.create_record(actor=clerk, app="dental", values={"氏名": "一", "希望": ["相談"], "人数": "1"})
    facade.update_record(actor=clerk, app="dental", record=1, values={"氏名": "二", "希望": []})
    facade.update_record(actor=clerk, app="dental", record=1, values={"氏名": "三", "人数": ""})
    back = facade.restore_revision(actor=clerk, app="dental", record=1, to=1)
    assert (back.values["氏名"], back.values["希望"], back.values["人数"], back.revision) == (
        "一",
        ["相談"],
        Decimal(1),
        4,
    )
    back = facade.restore_revision(actor=clerk, app="dental", record=1, to=2)
    assert (back.values["氏名"], back.values["希望"], back.values["人数"]) == ("二", [], Decimal(1))
    for wrong in (0, 5, 99, -1):
        with pytest.raises(Invalid):
            facade.restore_revision(actor=clerk, app="dental", record=1, to=wrong)
    assert facade.find(actor=clerk, app="dental", query='氏名 like "三"').total == 0


def test_the_search_index_follows_changes(app, actor):
    clerk = actor("clerk")
    facade.create_record(actor=clerk, app="dental", values={"氏名": "山田花子", "相談": "受付の予約"})
    find = lambda q: facade.find(actor=clerk, app="dental", query=q).total  # noqa: E731
    assert find('相談 like "予約"') == 1
    facade.update_record(actor=clerk, app="dental", record=1, values={"相談": "窓口の相談"})
    assert (find('相談 like "予約"'), find('相談 like "窓口"'), find('氏名 like "花子"')) == (0, 1, 1)
    facade.update_record(actor=clerk, app="dental", record=1, values={"相談": ""})
    assert (find('相談 like "窓口"'), find('氏名 like "山田"')) == (0, 1)
    facade.update_record(actor=clerk, app="dental", record=1, values={"相談": "窓口"})
    assert find('相談 like "窓口"') == 1


def test_huge_texts_are_found(app, actor):
    clerk = actor("clerk")
    text = "".join(chr(0x4E00 + (i * 7919) % 20000) for i in range(100_000))
    facade.create_record(actor=clerk, app="dental", values={"氏名": "x", "相談": text})
    find = lambda q: facade.find(actor=clerk, app="dental", query=f'相談 like "{q}"').total  # noqa: E731
    assert find(text[70_000:70_005]) == 1
    assert find("無い言葉") == 0
    facade.update_record(actor=clerk, app="dental", record=1, values={"相談": "短い"})
    assert (find(text[70_000:70_005]), find("短い")) == (0, 1)


def test_long_names_can_be_sorted_and_paged(app, actor):
    clerk = actor("clerk")
    for i in range(5):
        facade.create_record(actor=clerk, app="dental", values={"氏名": "あ" * 9_999 + str(i)})
    page = facade.find(actor=clerk, app="dental", query="order by 氏名 desc", limit=3)
    rest = facade.find(actor=clerk, app="dental", query="order by 氏名 desc", limit=3, after=page.next)
    assert [r.values["氏名"][-1] for r in page.records + rest.records] == list("43210")


def test_files_of_others_cannot_be_attached(app, actor):
    clerk, dx = actor("clerk"), actor("dx")
    mine, theirs = stored("a.png", clerk.ref), stored("b.png", dx.ref)
    facade.create_record(actor=clerk, app="dental", values={"氏名": "x", "写真": [str(mine.pk)]})
    for raw in ([str(theirs.pk)], ["999999"], ["abc"], [str(mine.pk)] * 4 + ["x"], "1; DROP", [{"id": 1}]):
        with pytest.raises(Invalid):
            facade.create_record(actor=clerk, app="dental", values={"氏名": "x", "写真": raw})
    both = facade.update_record(actor=dx, app="dental", record=1, values={"写真": [mine.pk, theirs.pk]})
    assert both.values["写真"] == [mine.pk, theirs.pk]
    facade.update_record(actor=clerk, app="dental", record=1, values={"写真": [theirs.pk]})
    again = facade.update_record(actor=dx, app="dental", record=1, values={"写真": [mine.pk]})
    assert again.values["写真"] == [mine.pk]


def test_a_resident_cannot_take_another_residents_file(app):
    photo = stored("p.png", FORM.ref)
    facade.create_record(actor=FORM, app="dental", values={"氏名": "a", "写真": [photo.pk]}, source="form")
    with pytest.raises(Invalid):
        facade.create_record(
            actor=FORM, app="dental", values={"氏名": "b", "写真": [photo.pk]}, source="form"
        )


def test_defaults_and_required(actor):
    fields = (
        FieldSpec(
            "区分", "choice", "区分", required=True, default="はい", options={"choices": ["はい", "いいえ"]}
        ),
        FieldSpec("名", "text", "名", required=True),
    )
    facade.create_app(
        actor=actor("dx"),
        spec=dental(code="small", fields=fields, views=(), actions=(), title_field="名", rights=()),
    )
    made = facade.create_record(actor=actor("dx"), app="small", values={"名": "x"})
    assert made.values["区分"] == "はい"
    for values in ({}, {"名": " "}, {"名": "x", "区分": ""}, {"名": "x", "区分": None}):
        with pytest.raises(Invalid):
            facade.create_record(actor=actor("dx"), app="small", values=values)
    with pytest.raises(Invalid):
        facade.update_record(actor=actor("dx"), app="small", record=made.id, values={"名": ""})
    assert facade.may(actor=actor("clerk"), app="small", verb="add")  # the maker's section works in it


def test_counts_are_capped(app, actor, monkeypatch):
    from tomoni.records.query import find

    monkeypatch.setattr(find, "COUNT_CAP", 20)
    facade.create_records(actor=system("t"), app="dental", rows=[{"氏名": f"{i}"} for i in range(30)])
    page = facade.find(actor=actor("clerk"), app="dental", limit=5)
    assert (page.total, page.total_capped, len(page.records)) == (20, True, 5)
    assert facade.find(actor=actor("clerk"), app="dental", limit=5, count=False).total is None
    assert facade.find(actor=actor("clerk"), app="dental", count=False).total == 30  # known without counting
    monkeypatch.setattr(find, "COUNT_CAP", 10_000)
    monkeypatch.setattr(find, "FILTERED_CAP", 8)
    page = facade.find(actor=actor("clerk"), app="dental", query='氏名 like "2"', limit=5)
    assert (page.total, page.total_capped) == (8, True)
    assert facade.count(actor=actor("clerk"), app="dental", query='氏名 like "2"') == 12


def test_a_far_offset_gives_the_same_page(app, actor, monkeypatch):
    from tomoni.records.query import find

    rows = [{"氏名": f"{i}", "人数": str(i % 7)} for i in range(30)]
    facade.create_records(actor=system("t"), app="dental", rows=rows)
    query = "order by 人数 desc limit 7 offset 9"
    near = facade.find(actor=actor("clerk"), app="dental", query=query)
    monkeypatch.setattr(find, "FAR", 5)
    far = facade.find(actor=actor("clerk"), app="dental", query=query)
    assert [r.id for r in far.records] == [r.id for r in near.records]
    assert far.next == near.next
    assert len(facade.find(actor=actor("clerk"), app="dental", query="limit 7 offset 25").records) == 5
    chosen = facade.find(actor=actor("clerk"), app="dental", fields=["人数"], limit=1).records[0]
    assert set(chosen.values) == {"人数"}


@pytest.mark.parametrize("record", [0, -1, 2**63, 2**200, "1", None, True, 1.5])
def test_record_numbers_that_are_none(app, actor, record):
    from tomoni.core.errors import NotFound

    for call in (facade.get, facade.history, facade.delete_record, facade.restore_record):
        with pytest.raises(NotFound):
            call(actor=actor("clerk"), app="dental", record=record)


def test_individual_numbers_are_never_stored(app, actor):
    with pytest.raises(Invalid) as caught:
        facade.create_record(
            actor=actor("clerk"),
            app="dental",
            values={"氏名": "123456789018", "相談": "番号は１２３４-５６７８-９０１８"},
        )
    assert set(caught.value.errors) == {"氏名", "相談"}


def test_two_apps_share_nothing(app, actor):
    dx = actor("dx")
    other = facade.create_app(
        actor=dx, spec=dental(code="other", rights=(RightSpec("role:dx", ("view", "add")),))
    )
    facade.create_record(actor=dx, app="other", values={"氏名": "よその人"})
    facade.create_record(actor=dx, app="dental", values={"氏名": "うちの人"})
    assert [r.values["氏名"] for r in facade.find(actor=dx, app="dental").records] == ["うちの人"]
    assert facade.find(actor=dx, app="dental", query='氏名 like "よその"').total == 0
    assert len(facade.state_log(app="other")) == 1
    assert Revision.objects.filter(app_id=other.id).count() == 0


def test_rows_are_written_as_the_model_reads_them(app, actor):
    """The columns of an INSERT are those of the run-time model: nothing is left to the order of a table."""
    from tomoni.records.ddl.tables import tables

    model = tables(app).record
    written = {
        "id",
        "revision",
        "status",
        "source",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
        "deleted_at",
        "deleted_by",
    }
    for field in _rows.of_storage(app, "columns"):
        written |= set(_rows.column_names(field))
    assert written == {f.column for f in model._meta.fields}
