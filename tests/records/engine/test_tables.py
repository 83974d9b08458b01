"""Tables (テーブル): rows inside a record, stored in a child table of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from records_shapes import dental
from test_writer import queries, stored

from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.records import facade
from tomoni.records.actions.purge_field import purge_field
from tomoni.records.actions.purge_record import purge_record
from tomoni.records.actions.restore_revision import restore_revision
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import tables
from tomoni.records.models import Revision
from tomoni.records.schema.spec import FieldSpec, RightSpec, ViewSpec

F = FieldSpec
COLUMNS = (
    F("品名", "text", "品名", required=True),
    F("数量", "number", "数量", default="1", options={"min": 0, "unit": "個"}),
    F("期日", "date", "期日"),
    F("種別", "choice", "種別", options={"choices": ["食品", "日用品"]}),
    F("札", "multichoice", "札", options={"choices": ["急ぎ", "重い", "割れ物"]}),
    F("受取人", "user", "受取人"),
    F("添付", "file", "添付", options={"max_count": 2}),
)
ITEMS = F("明細", "table", "明細", fields=COLUMNS)
NAME = F("氏名", "text", "氏名", required=True)


@pytest.fixture
def shop(actor):
    spec = dental(code="shop", fields=(NAME, ITEMS), views=(), actions=(), states=())
    return facade.create_app(actor=actor("dx"), spec=spec)


def row(name, number=None, **more):
    return {"id": number, "values": {"品名": name, **more}}


def make(actor, *rows, **more):
    values = {"氏名": "山田", "明細": list(rows), **more}
    return facade.create_record(actor=actor, app="shop", values=values)


def names_of(record):
    return [r["values"]["品名"] for r in record.values["明細"]]


def find(actor, query):
    return [r.id for r in facade.find(actor=actor, app="shop", query=f"{query} order by $id asc").records]


def test_rows_are_kept_in_order_with_their_types(shop, actor):
    clerk = actor("clerk")
    record = make(
        clerk,
        row("りんご", 数量="3", 期日="令和8年4月1日", 種別="食品", 札=["重い", "急ぎ"], 受取人=["clerk"]),
        row("石けん"),
    )
    first, second = record.values["明細"]
    assert first["values"] == {
        "品名": "りんご", "数量": Decimal(3), "期日": date(2026, 4, 1), "種別": "食品", "札": ["急ぎ", "重い"],
        "受取人": [clerk.id], "添付": [],
    }  # fmt: skip
    assert second["values"]["数量"] == Decimal(1)  # the column's default
    assert first["id"] != second["id"]
    assert facade.get(actor=clerk, app="shop", record=record.id) == record


def test_known_rows_keep_their_number_and_what_is_not_mentioned(shop, actor):
    clerk = actor("clerk")
    made = make(clerk, row("a", 数量="1", 札=["急ぎ"]), row("b", 数量="2"), row("c", 数量="3"))
    a, b, c = (r["id"] for r in made.values["明細"])
    new = [row("c2", c), row("新"), {"id": a, "values": {"数量": "9"}}, row("よその番号", 999_999)]
    after = facade.update_record(actor=clerk, app="shop", record=made.id, values={"明細": new})
    rows = after.values["明細"]
    assert [r["id"] for r in rows][::2] == [c, a]
    assert b not in {r["id"] for r in rows}
    assert 999_999 not in {r["id"] for r in rows}
    assert names_of(after) == ["c2", "新", "a", "よその番号"]
    assert [str(r["values"]["数量"]) for r in rows] == ["3", "1", "9", "1"]
    assert rows[2]["values"]["札"] == ["急ぎ"]
    same = facade.update_record(actor=clerk, app="shop", record=made.id, values={"明細": rows})
    assert same.revision == after.revision
    assert (
        facade.update_record(actor=clerk, app="shop", record=made.id, values={"明細": []}).values["明細"]
        == []
    )


def test_another_records_row_is_never_touched(shop, actor):
    clerk = actor("clerk")
    mine, theirs = make(clerk, row("mine")), make(clerk, row("theirs"))
    stolen = theirs.values["明細"][0]["id"]
    facade.update_record(actor=clerk, app="shop", record=mine.id, values={"明細": [row("x", stolen)]})
    assert facade.get(actor=clerk, app="shop", record=theirs.id) == theirs


def test_errors_name_row_and_column(shop, actor):
    with pytest.raises(Invalid) as caught:
        make(
            actor("clerk"),
            row("ok"),
            row("", 数量="-1", 期日="いつか"),
            {"id": None, "values": {"無い列": 1}},
        )
    texts = [str(t) for t in caught.value.errors["明細"]]
    assert [t.partition(":")[0] for t in texts] == [
        "2行目の品名", "2行目の数量", "2行目の期日", "3行目の無い列", "3行目の品名",
    ]  # fmt: skip
    assert [(t.row, t.column) for t in caught.value.errors["明細"]][:2] == [(1, "品名"), (1, "数量")]


@pytest.mark.parametrize(
    "raw", ["x", 5, {"id": 1}, [1], [["品名"]], [{}] * 1001, [{"values": "x"}], [{"id": 1}]]
)
def test_nonsense_is_refused(shop, actor, raw):
    with pytest.raises(Invalid):
        facade.create_record(actor=actor("clerk"), app="shop", values={"氏名": "x", "明細": raw})


def test_an_individual_number_is_refused_in_rows(shop, actor):
    with pytest.raises(Invalid):
        make(actor("clerk"), row("123456789018"))


def test_a_table_may_be_required(shop, actor):
    dx = actor("dx")
    table = facade.schema(code="shop").field("明細")
    facade.update_field(actor=dx, app="shop", code="明細", field=replace(table, required=True))
    with pytest.raises(Invalid):
        make(dx)
    make(dx, row("a"))


@pytest.mark.parametrize(
    "column",
    [
        F("x", "text", "x", unique=True),
        F("x", "table", "x"),
        F("x", "slot", "x"),
        F("x", "status", "x"),
        F("x", "無い", "x"),
        F("氏名", "text", "氏名"),
    ],
)
def test_what_cannot_be_a_column(shop, actor, column):
    table = facade.schema(code="shop").field("明細")
    with pytest.raises(Invalid):
        facade.update_field(
            actor=actor("dx"), app="shop", code="明細", field=replace(table, fields=(*table.fields, column))
        )


def test_a_view_shows_tables_as_a_whole(shop, actor):
    def views(*codes):
        return facade.set_views(actor=actor("dx"), app="shop", views=(ViewSpec("一覧", columns=codes),))

    views("氏名", "明細")
    with pytest.raises(Invalid):
        views("氏名", "品名")


def test_queries_do_not_grow_with_rows_or_records(shop, actor):
    clerk = actor("clerk")
    rows = [row(f"品{i}", 札=["急ぎ"], 受取人=["clerk"]) for i in range(50)]
    make(clerk)  # the process now knows the app
    small = queries(lambda: make(clerk, *rows[:2]))
    large = queries(lambda: make(clerk, *rows))
    assert len(small) == len(large) <= 16
    for _ in range(5):
        make(clerk, *rows)
    reads = queries(lambda: facade.find(actor=clerk, app="shop", count=False))
    assert len(reads) <= 6
    assert (
        len(queries(lambda: facade.find(actor=clerk, app="shop", count=False, fields=["氏名"])))
        == len(reads) - 2
    )
    current = facade.get(actor=clerk, app="shop", record=3).values["明細"]
    change = [{**r, "values": {**r["values"], "品名": r["values"]["品名"] + "改"}} for r in current[5:]]
    change += rows[:10]
    written = queries(
        lambda: facade.update_record(actor=clerk, app="shop", record=3, values={"明細": change, "氏名": "別"})
    )
    assert len(written) <= 28


def test_a_thousand_rows(shop, actor):
    clerk = actor("clerk")
    made = make(clerk, *(row(f"品{i}", 数量=str(i), 札=["急ぎ"]) for i in range(1000)))
    assert [int(r["values"]["数量"]) for r in made.values["明細"]] == list(range(1000))
    turned = list(reversed(made.values["明細"]))
    after = facade.update_record(actor=clerk, app="shop", record=made.id, values={"明細": turned})
    assert [int(r["values"]["数量"]) for r in after.values["明細"]] == list(range(999, -1, -1))
    assert {r["id"] for r in after.values["明細"]} == {r["id"] for r in made.values["明細"]}
    with pytest.raises(Invalid):
        facade.update_record(actor=clerk, app="shop", record=made.id, values={"明細": [*turned, row("x")]})


def test_a_revision_keeps_only_what_differs_and_can_be_restored(shop, actor):
    clerk = actor("clerk")
    made = make(clerk, *(row(f"品{i}", 札=["急ぎ"]) for i in range(20)))
    rows = made.values["明細"]
    second = [
        *rows[1:10],
        {"id": rows[10]["id"], "values": {"数量": "7"}},
        *rows[11:],
        row("新しい", 札=["重い"]),
    ]
    facade.update_record(actor=clerk, app="shop", record=made.id, values={"明細": second})
    third = facade.update_record(
        actor=clerk, app="shop", record=made.id, values={"明細": second[:3], "氏名": "別"}
    )
    kept = Revision.objects.get(app_id=shop.id, record=made.id, revision=2).changes[
        str(shop.field("明細").id)
    ]
    assert {int(n) for n in kept[0]["rows"]} == {rows[0]["id"], rows[10]["id"]}
    assert kept[0]["rows"][str(rows[10]["id"])] == {str(shop.field("数量").id): "1"}
    change = facade.history(actor=clerk, app="shop", record=made.id)[1].changes[0]
    assert (change.old.place(rows[10]["id"]), change.new.rows[rows[10]["id"]]) == (11, {"数量": Decimal(7)})
    back = restore_revision(actor=clerk, app="shop", record=made.id, to=1, revision=third.revision)
    assert back.values == made.values  # numbers of rows come back too
    assert find(clerk, '品名 like "品19"') == [made.id]
    again = restore_revision(actor=clerk, app="shop", record=made.id, to=2)
    assert names_of(again)[-1] == "新しい"
    assert len(names_of(again)) == 20


def test_a_stale_edit_is_answered_with_both_versions(shop, actor):
    clerk = actor("clerk")
    made = make(clerk, row("a"))
    rows = made.values["明細"]
    facade.update_record(actor=clerk, app="shop", record=made.id, values={"明細": [*rows, row("theirs")]})
    with pytest.raises(Conflict) as caught:
        facade.update_record(
            actor=clerk, app="shop", record=made.id, values={"明細": [*rows, row("mine")]}, revision=1
        )

    def read(key):
        return [r["values"]["品名"] for r in caught.value.details[key]["明細"]]

    assert (read("mine"), read("theirs")) == (["a", "mine"], ["a", "theirs"])


def test_bulk_writing(shop, actor):
    clerk = actor("clerk")
    rows = [
        {"氏名": f"{i}", "明細": [row(f"品{i}-{n}", 札="急ぎ、重い") for n in range(i % 4)]}
        for i in range(300)
    ]
    with CaptureQueriesContext(connection) as caught:
        result = facade.create_records(actor=clerk, app="shop", rows=rows)
    assert len(result.created) == 300
    assert len(caught) <= 24
    record = facade.get(actor=clerk, app="shop", record=result.created[7])
    assert names_of(record) == ["品7-0", "品7-1", "品7-2"]
    assert record.values["明細"][0]["values"]["札"] == ["急ぎ", "重い"]
    assert find(clerk, '品名 like "品7-2"') == [record.id]
    bad = facade.create_records(actor=clerk, app="shop", rows=[{"氏名": "x", "明細": [row("")]}])
    assert [str(t) for t in bad.errors[0]["明細"]] == ["1行目の品名: 入力してください。"]


def test_files_in_rows(shop, actor):
    clerk, dx = actor("clerk"), actor("dx")
    mine, theirs = stored("a.png", clerk.ref), stored("b.png", dx.ref)
    made = make(clerk, row("a", 添付=[mine.pk]))
    with pytest.raises(Invalid):
        make(clerk, row("a", 添付=[theirs.pk]))
    rows = made.values["明細"]
    kept = facade.update_record(actor=dx, app="shop", record=made.id, values={"明細": [*rows, row("b")]})
    facade.update_record(actor=dx, app="shop", record=made.id, values={"明細": []})
    again = facade.update_record(actor=dx, app="shop", record=made.id, values={"明細": kept.values["明細"]})
    assert again.values["明細"][0]["values"]["添付"] == [mine.pk]


def test_a_resident_cannot_take_a_file_out_of_a_row(shop):
    form = Actor(kind="anonymous", roles=frozenset({"form:x"}))
    photo = stored("p.png", form.ref)
    values = {"氏名": "a", "明細": [row("a", 添付=[photo.pk])]}
    facade.create_record(actor=form, app="shop", values=values, source="form")
    with pytest.raises(Invalid):
        facade.create_record(actor=form, app="shop", values=values, source="form")


def test_conditions_on_columns(shop, actor):
    clerk = actor("clerk")
    make(clerk, row("りんご", 数量="3", 札=["急ぎ"]), row("みかん", 数量="10"))
    make(clerk, row("石けん", 数量="5", 期日="2026-04-01"))
    make(clerk)
    assert find(clerk, '品名 in ("りんご")') == [1]
    assert find(clerk, '品名 not in ("りんご")') == [2, 3]
    assert find(clerk, '品名 like "ん"') == [1, 2]
    assert find(clerk, '品名 not like "みか"') == [2, 3]
    assert find(clerk, "数量 > 4 and 数量 < 4") == [1]  # each by a row of its own
    assert find(clerk, "期日 is empty") == [1, 3]
    assert find(clerk, "期日 is not empty") == [2]
    assert find(clerk, '札 in ("急ぎ")') == [1]
    assert find(clerk, '札 not in ("急ぎ")') == [2, 3]
    assert find(clerk, "明細 is empty") == [3]
    assert find(clerk, "明細 is not empty") == [1, 2]
    assert find(clerk, "受取人 in (LOGINUSER())") == []
    for wrong in ('明細 = "x"', "$id > 0 order by 数量 asc", '品名 > "a"', "数量 like 3"):
        with pytest.raises(Invalid):
            facade.find(actor=clerk, app="shop", query=wrong)


def test_the_search_index_follows_rows(shop, actor):
    clerk = actor("clerk")
    made = make(clerk, row("みかん箱"), row("石けん"))
    rows = made.values["明細"]
    facade.update_record(
        actor=clerk, app="shop", record=1, values={"明細": [row("りんご箱", rows[0]["id"]), rows[1]]}
    )
    assert (find(clerk, '品名 like "みかん"'), find(clerk, '品名 like "りんご"')) == ([], [1])
    facade.update_record(actor=clerk, app="shop", record=1, values={"氏名": "佐藤"})
    assert find(clerk, '品名 like "石けん"') == [1]
    facade.update_record(actor=clerk, app="shop", record=1, values={"明細": []})
    assert find(clerk, '品名 like "石けん"') == []
    assert find(clerk, '氏名 like "佐藤"') == [1]


def columns_changed(actor, change):
    schema = facade.schema(code="shop")
    table = schema.field("明細")
    return facade.update_field(
        actor=actor, app="shop", code="明細", field=replace(table, fields=change(table.fields))
    )


def test_columns_come_and_go_and_come_back(shop, actor):
    dx = actor("dx")
    made = make(dx, row("みかん", 数量="3", 札=["急ぎ"]))
    gone = [shop.field(code) for code in ("品名", "札")]
    schema = columns_changed(
        dx, lambda fs: (F("備考", "text", "備考"), *(f for f in fs if f.code not in ("品名", "札")))
    )
    assert [f.code for f in schema.trash_columns] == ["品名", "札"]
    assert [f.code for f in schema.field("明細").fields][:2] == ["備考", "数量"]
    rows = facade.get(actor=dx, app="shop", record=made.id).values["明細"]
    assert rows[0]["values"]["備考"] == ""
    assert "品名" not in rows[0]["values"]
    changed = [{"id": rows[0]["id"], "values": {"数量": "8", "備考": "箱入り"}}]
    facade.update_record(actor=dx, app="shop", record=made.id, values={"明細": changed})
    for field in gone:
        schema = facade.restore_field(actor=dx, app="shop", field_id=field.id)
    assert schema.trash_columns == ()
    back = facade.get(actor=dx, app="shop", record=made.id).values["明細"][0]["values"]
    assert (back["品名"], back["札"], str(back["数量"]), back["備考"]) == ("みかん", ["急ぎ"], "8", "箱入り")
    assert find(dx, '品名 like "みかん"') == find(dx, '備考 like "箱入"') == [made.id]


def test_a_whole_table_goes_to_the_trash_and_comes_back(shop, actor):
    dx = actor("dx")
    made = make(dx, row("みかん"))
    number = shop.field("明細").id
    facade.delete_field(actor=dx, app="shop", field="明細")
    facade.add_field(actor=dx, app="shop", field=F("品名", "text", "品名"))
    with pytest.raises(Invalid):
        facade.restore_field(actor=dx, app="shop", field_id=number)
    facade.delete_field(actor=dx, app="shop", field="品名")
    facade.update_record(actor=dx, app="shop", record=made.id, values={"氏名": "佐藤"})
    facade.restore_field(actor=dx, app="shop", field_id=number)
    assert names_of(facade.get(actor=dx, app="shop", record=made.id)) == ["みかん"]
    assert find(dx, '品名 like "みかん"') == [made.id]


def test_purging_leaves_nothing(shop, actor):
    dx = actor("dx")
    made = make(dx, row("みかん", 札=["急ぎ"]), row("石けん"))
    facade.update_record(actor=dx, app="shop", record=made.id, values={"明細": made.values["明細"][:1]})
    other = make(dx, row("みかん", 札=["重い"]))
    child = tables(facade.schema(code="shop")).children[shop.field("明細").id]
    facade.delete_record(actor=dx, app="shop", record=made.id)
    purge_record(actor=dx, app="shop", record=made.id)
    assert set(child.row._default_manager.values_list("record", flat=True)) == {other.id}
    assert set(child.link._default_manager.values_list("record", flat=True)) == {other.id}
    column = shop.field("品名")
    facade.update_record(actor=dx, app="shop", record=other.id, values={"明細": []})
    columns_changed(dx, lambda fs: tuple(f for f in fs if f.code != "品名"))
    purge_field(actor=dx, app="shop", field_id=column.id)
    kept = Revision.objects.get(app_id=shop.id, record=other.id).changes
    assert "みかん" not in str(kept)
    assert "重い" in str(kept)
    facade.delete_field(actor=dx, app="shop", field="明細")
    purge_field(actor=dx, app="shop", field_id=shop.field("明細").id)
    assert child.row._default_manager.count() == 0
    assert "重い" not in str(Revision.objects.get(app_id=shop.id, record=other.id).changes)


def test_a_table_is_added_to_an_app_with_records(app, actor):
    dx = actor("dx")
    record = facade.create_record(actor=dx, app="dental", values={"氏名": "山田"})
    schema = facade.add_field(actor=dx, app="dental", field=ITEMS)
    after = facade.update_record(actor=dx, app="dental", record=record.id, values={"明細": [row("りんご")]})
    assert names_of(after) == ["りんご"]
    made = connection.introspection.table_names()
    number = schema.field("明細").id
    assert {names.rows(schema.id, number), names.row_links(schema.id, number)} <= set(made)
    copy = facade.copy_app(actor=dx, app="dental", code="copy", name="写し")
    assert [f.code for f in copy.field("明細").fields] == [f.code for f in COLUMNS]
    assert copy.field("明細").id != number


def test_rights_hold_for_rows(shop, actor):
    dx, manager = actor("dx"), actor("manager")
    make(dx, row("りんご"))
    facade.set_rights(
        actor=dx, app="shop", rights=(RightSpec("role:manager", ("view",)),), record_rule='品名 in ("みかん")'
    )
    with pytest.raises(NotFound):
        facade.get(actor=manager, app="shop", record=1)
    make(dx, row("みかん"))
    assert names_of(facade.get(actor=manager, app="shop", record=2)) == ["みかん"]
    with pytest.raises(Forbidden):
        facade.update_record(actor=manager, app="shop", record=2, values={"明細": []})
