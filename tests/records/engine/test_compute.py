"""Calculated fields, lookups, related records and visibility, as the writer and the publisher see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tomoni.core import jobs, outbox
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.records import facade
from tomoni.records.actions.resync_lookup import resync_lookup, resync_lookups
from tomoni.records.compute import formulas, publishing, related
from tomoni.records.models import Revision
from tomoni.records.schema.spec import AppSpec, FieldGrant, FieldRightSpec, FieldSpec, RightSpec

D = Decimal
ALL = (RightSpec("staff", ("view", "add", "edit", "delete", "import", "export")),)


def field(code, kind, **more):
    return FieldSpec(code=code, type=kind, label=code, **more)


def calc(code, formula, kind="calc", **options):
    return field(code, kind, options={"formula": formula, **options})


def fee(*more, code="fee", **parts):
    fields = (
        field("単価", "number"), field("数量", "number"), field("区分", "choice", options={"choices": ["大人", "子ども"]}),
        field("開始", "date"), *more,
    )  # fmt: skip
    return AppSpec(code=code, name="使用料", fields=fields, rights=ALL, **parts)


SUMS = (
    calc("税込", "ROUNDDOWN(小計 * 1.1)", digits=0, unit="円"),
    calc("小計", 'IF(区分 = "子ども", 単価 * 数量 / 2, 単価 * 数量)'),
    calc("案内", '区分 & "料金 " & YEN(税込)', "calc_text"),
    calc("期限", "ADD_DAYS(開始, 14)", "calc_date"),
)


@pytest.fixture
def dx(actor):
    return actor("dx")


@pytest.fixture
def fees(dx):
    return facade.create_app(actor=dx, spec=fee(*SUMS))


def create(actor, app, **values):
    return facade.create_record(actor=actor, app=app, values=values)


def test_results_are_filled_in_and_can_be_asked_for(fees, dx):
    made = create(dx, "fee", 単価="300", 数量="5", 区分="子ども", 開始="2026-04-01")
    assert made.values["小計"] == D(750)
    assert made.values["税込"] == D(825)
    assert made.values["案内"] == "子ども料金 ¥825"
    assert made.values["期限"] == date(2026, 4, 15)
    changed = facade.update_record(actor=dx, app="fee", record=made.id, values={"区分": "大人"})
    assert changed.values["税込"] == D(1650)
    create(dx, "fee", 単価="10", 数量="1")
    found = facade.find(
        actor=dx, app="fee", query='税込 > 100 and 案内 like "1,650" order by 税込 desc'
    ).records
    assert [r.id for r in found] == [made.id]
    assert facade.find(actor=dx, app="fee", query='期限 = "2026-04-15"').records[0].id == made.id
    back = facade.restore_revision(actor=dx, app="fee", record=made.id, to=1)
    assert back.values["税込"] == D(825)


def test_what_people_send_for_a_result_is_passed_over(fees, dx):
    made = create(dx, "fee", 単価="1", 数量="2", 税込="999999", 案内="うそ")
    assert made.values["税込"] == D(2)
    result = facade.create_records(actor=dx, app="fee", rows=[{"単価": "100", "数量": "3", "税込": "1"}])
    assert facade.get(actor=dx, app="fee", record=result.created[0]).values["税込"] == D(330)


def test_what_cannot_be_computed_is_empty(dx):
    facade.create_app(
        actor=dx,
        spec=fee(calc("比", "単価 / 数量", digits=2), calc("巨", "単価 ^ 9"), calc("日", "DAYS(開始, 開始)")),
    )
    made = create(dx, "fee", 単価="9999999")
    assert made.values["比"] is None
    assert made.values["巨"] is None
    assert made.values["日"] is None
    assert create(dx, "fee", 単価="10", 数量="3").values["比"] == D("3.33")
    assert len(facade.find(actor=dx, app="fee", query="比 is empty").records) == 1


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ((calc("a", "b + 1"), calc("b", "c + 1"), calc("c", "a + 1")), "a", "a → b → c → a"),
        ((calc("a", "無い + 1"),), "a", "無い"),
        ((calc("a", "単価 & 1"),), "a", "結果"),
        ((calc("a", "TODAY() - 開始"),), "a", "古く"),
        ((calc("a", "ステータス"),), "a", "使えません"),
        ((calc("a", "単価 +"),), "a", "1行"),
    ],
)
def test_definitions_that_cannot_be(dx, more, code, words):
    with pytest.raises(Invalid) as caught:
        facade.create_app(actor=dx, spec=fee(*more))
    assert words in str(caught.value.errors[code][0])


def test_texts_that_join_to_an_individual_number_are_not_kept(dx):
    facade.create_app(
        actor=dx, spec=fee(field("左", "text"), field("右", "text"), calc("計", "左 & 右", "calc_text"))
    )
    assert create(dx, "fee", 左="123456", 右="789018").values["計"] == ""
    assert create(dx, "fee", 左="123456", 右="789019").values["計"] == "123456789019"


def test_a_field_in_use_is_not_deleted(fees, dx):
    with pytest.raises(Invalid) as caught:
        facade.delete_field(actor=dx, app="fee", field="単価")
    assert "小計" in caught.value.errors


def test_a_changed_formula_reaches_old_records_without_a_revision(fees, dx):
    numbers = [create(dx, "fee", 単価=str(n), 数量="2").id for n in (10, 20, 30)]
    facade.delete_record(actor=dx, app="fee", record=numbers[2])
    spec = facade.draft(actor=dx, app="fee").spec
    new = tuple(
        replace(f, options={**f.options, "formula": "単価 * 数量 * 10"}) if f.code == "小計" else f
        for f in spec.fields
    )
    facade.deploy_app(actor=dx, app="fee", spec=replace(spec, fields=new))
    found = facade.get(actor=dx, app="fee", record=numbers[0])
    assert (found.values["小計"], found.values["税込"], found.revision) == (D(200), D(220), 1)
    assert not Revision.objects.filter(record=numbers[0], kind="update").exists()
    assert len(facade.find(actor=dx, app="fee", query='案内 like "220"').records) == 1
    assert facade.find(actor=dx, app="fee", query='案内 like "料金 ¥22"').records[0].id == numbers[0]
    restored = facade.restore_record(actor=dx, app="fee", record=numbers[2])
    assert restored.values["小計"] == D(600)


def test_many_records_are_computed_in_a_job(fees, dx, monkeypatch):
    monkeypatch.setattr(publishing, "AT_ONCE", 3)
    monkeypatch.setattr(publishing, "BATCH", 2)
    facade.create_records(actor=dx, app="fee", rows=[{"単価": str(n), "数量": "1"} for n in range(7)])
    facade.add_field(actor=dx, app="fee", field=calc("倍", "単価 * 2"))
    assert facade.find(actor=dx, app="fee", query="倍 is not empty").records == []
    jobs.drain()
    assert [r.values["倍"] for r in facade.find(actor=dx, app="fee", query="order by 単価 asc").records] == [
        D(n * 2) for n in range(7)
    ]


def test_sums_over_a_table(dx):
    rows = field(
        "明細", "table",
        fields=(field("品名", "text"), field("価格", "number"), field("個数", "number"), calc("計", "価格 * 個数 * 率")),
    )  # fmt: skip
    spec = AppSpec(
        code="bill",
        name="請求",
        fields=(rows, field("率", "number"), calc("合計", "SUM(計)"), calc("件", "COUNT(品名)")),
        rights=ALL,
    )
    facade.create_app(actor=dx, spec=spec)
    given = [
        {"values": {"品名": "紙", "価格": "100", "個数": "3"}},
        {"values": {"品名": "", "価格": "50", "個数": "2"}},
    ]
    made = create(dx, "bill", 明細=given, 率="2")
    assert [row["values"]["計"] for row in made.values["明細"]] == [D(600), D(200)]
    assert made.values["合計"] == D(800)
    assert made.values["件"] == D(1)
    changed = facade.update_record(actor=dx, app="bill", record=made.id, values={"率": "1"})
    assert [row["values"]["計"] for row in changed.values["明細"]] == [D(300), D(100)]
    assert changed.values["合計"] == D(400)
    assert [row["id"] for row in changed.values["明細"]] == [row["id"] for row in made.values["明細"]]
    spec = facade.draft(actor=dx, app="bill").spec
    new = replace(rows, id=spec.fields[0].id, fields=tuple(
        replace(c, options={**c.options, "formula": "価格 * 個数"}) if c.code == "計" else c for c in spec.fields[0].fields
    ))  # fmt: skip
    facade.deploy_app(actor=dx, app="bill", spec=replace(spec, fields=(new, *spec.fields[1:])))
    again = facade.get(actor=dx, app="bill", record=made.id)
    assert [row["values"]["計"] for row in again.values["明細"]] == [D(300), D(100)]
    with pytest.raises(Invalid):
        facade.add_field(actor=dx, app="bill", field=calc("誤", "価格 + 1"))


def test_stale_names_only_what_depends(fees):
    after = fees.with_fields(
        [
            replace(f, options={**f.options, "formula": "単価 * 数量"}) if f.code == "小計" else f
            for f in fees.fields
        ],
        fees.trash,
    )
    assert formulas.stale(fees, after) == {"小計", "税込", "案内"}
    assert formulas.stale(fees, fees) == set()


# Lookups

PARK = AppSpec(
    code="park", name="施設",
    fields=(field("番号", "text"), field("名称", "text"), field("料金", "number"), field("種別", "choice", options={"choices": ["体育館", "公園"]})),
    rights=ALL,
)  # fmt: skip
COPIES = [
    {"from": "名称", "to": "施設名", "live": True},
    {"from": "料金", "to": "料金", "live": False},
    {"from": "種別", "to": "種別"},
]


def lookup(**more):
    return field("施設", "lookup", options={"app": "park", "key": "番号", "copies": COPIES, **more})


def booking(pick=None, *more, **parts):
    fields = (
        field("申込者", "text"), pick or lookup(), field("施設名", "text", required=True), field("料金", "number"),
        field("種別", "text"), field("時間", "number"), calc("使用料", "料金 * 時間"), *more,
    )  # fmt: skip
    return AppSpec(code="booking", name="予約", fields=fields, rights=ALL, **parts)


@pytest.fixture
def parks(dx):
    facade.create_app(actor=dx, spec=PARK)
    rows = [
        ("A-1", "中央体育館", "1200", "体育館"),
        ("Ｂ－２", "緑公園", "0", "公園"),
        ("C", "同じ", "1", ""),
        ("C", "同じ2", "2", ""),
    ]
    made = [create(dx, "park", 番号=a, 名称=b, 料金=c, 種別=d).id for a, b, c, d in rows]
    facade.create_app(actor=dx, spec=booking())
    return made


def test_a_lookup_copies_and_its_copies_are_computed_with(parks, dx):
    made = create(dx, "booking", 施設="ａ－１", 時間="3", 施設名="うそ")
    assert made.values["施設"] == {"key": "A-1", "record": parks[0]}
    assert made.values["施設名"] == "中央体育館"
    assert made.values["種別"] == "体育館"
    assert made.values["使用料"] == D(3600)
    kept = facade.update_record(
        actor=dx, app="booking", record=made.id, values={"施設名": "別の名", "時間": "1"}
    )
    assert (kept.values["施設名"], kept.values["使用料"]) == ("中央体育館", D(1200))
    moved = facade.update_record(actor=dx, app="booking", record=made.id, values={"施設": "B-2"})
    assert (moved.values["施設名"], moved.values["使用料"]) == ("緑公園", D(0))
    with pytest.raises(Invalid):  # emptied with its lookup, but required
        facade.update_record(actor=dx, app="booking", record=made.id, values={"施設": "", "施設名": ""})
    assert facade.find(actor=dx, app="booking", query='施設 = "B-2"').records[0].id == made.id


def test_keys_that_name_nothing_or_too_much(parks, dx):
    for key in ("無い", "C"):
        with pytest.raises(Invalid) as caught:
            create(dx, "booking", 施設=key)
        assert "施設" in caught.value.errors
    picked = create(dx, "booking", 施設={"key": "C", "record": parks[3]})
    assert picked.values["施設名"] == "同じ2"


def test_imports_read_the_source_once_a_batch(parks, dx, django_assert_max_num_queries):
    rows = [{"施設": "A-1", "時間": str(n)} for n in range(200)] + [{"施設": "無い"}]
    with django_assert_max_num_queries(60):
        result = facade.create_records(actor=dx, app="booking", rows=rows, skip_bad=True)
    assert (len(result.created), list(result.errors)) == (200, [200])
    assert facade.get(actor=dx, app="booking", record=result.created[5]).values["使用料"] == D(6000)


def test_whoever_picks_needs_to_see_the_source(parks, dx, actor):
    facade.set_rights(actor=dx, app="park", rights=(RightSpec("role:dx", ("view", "add", "edit")),))
    assert create(dx, "booking", 施設="A-1").values["施設名"] == "中央体育館"
    with pytest.raises(Invalid):
        create(actor("clerk"), "booking", 施設="A-1", 施設名="x")


def test_fields_hidden_at_the_source_are_not_copied(parks, dx, actor):
    spec = facade.draft(actor=dx, app="park").spec
    rules = (FieldRightSpec("料金", (FieldGrant("role:dx", "edit"),)),)
    facade.deploy_app(actor=dx, app="park", spec=replace(spec, field_rights=rules))
    made = create(actor("clerk"), "booking", 施設="A-1", 時間="1")
    assert (made.values["施設名"], made.values["料金"]) == ("中央体育館", None)
    assert create(dx, "booking", 施設="A-1", 時間="1").values["料金"] == D(1200)
    shared = create(dx, "booking", 施設="A-1", 時間="1")
    assert not resync_lookup(actor=actor("clerk"), app="booking", field="施設", record=shared.id)
    assert facade.get(actor=dx, app="booking", record=shared.id).values["料金"] == D(1200)
    rules = (FieldRightSpec("番号", (FieldGrant("role:dx", "edit"),)),)
    facade.deploy_app(actor=dx, app="park", spec=replace(spec, field_rights=rules))
    with pytest.raises(Invalid):
        create(actor("clerk"), "booking", 施設="A-1", 施設名="x")


def test_live_copies_follow_and_frozen_ones_stay(parks, dx):
    made = [create(dx, "booking", 施設="A-1", 時間="1").id for _ in range(3)]
    facade.update_record(
        actor=dx, app="park", record=parks[0], values={"名称": "新体育館", "料金": "9999", "番号": "A-9"}
    )
    outbox.drain()
    for number in made:
        found = facade.get(actor=dx, app="booking", record=number)
        assert (found.values["施設名"], found.values["料金"]) == ("新体育館", D(1200))
        assert found.values["施設"] == {"key": "A-9", "record": parks[0]}
        assert found.revision == 2
    facade.delete_record(actor=dx, app="park", record=parks[0])
    outbox.drain()
    assert facade.get(actor=dx, app="booking", record=made[0]).values["施設名"] == "新体育館"
    same = facade.update_record(actor=dx, app="booking", record=made[0], values={"施設": "A-9", "時間": "2"})
    assert same.values["使用料"] == D(2400)


def test_copying_again_takes_frozen_copies_too(parks, dx, actor):
    made = [create(dx, "booking", 施設="A-1", 時間="1").id for _ in range(2)]
    facade.update_record(actor=dx, app="park", record=parks[0], values={"料金": "2000"})
    outbox.drain()
    assert resync_lookup(actor=dx, app="booking", field="施設", record=made[0])
    assert not resync_lookup(actor=dx, app="booking", field="施設", record=made[0])
    assert facade.get(actor=dx, app="booking", record=made[0]).values["使用料"] == D(2000)
    assert facade.get(actor=dx, app="booking", record=made[1]).values["使用料"] == D(1200)
    resync_lookups(actor=dx, app="booking", field="施設")
    jobs.drain()
    assert facade.get(actor=dx, app="booking", record=made[1]).values["使用料"] == D(2000)
    with pytest.raises(Forbidden):
        resync_lookups(actor=actor("clerk"), app="booking", field="施設")
    with pytest.raises(NotFound):
        resync_lookup(actor=dx, app="booking", field="申込者", record=made[0])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"app": "nowhere"}, "nowhere"),
        ({"key": "無い"}, "無い"),
        ({"copies": [{"from": "無い", "to": "料金"}]}, "無い"),
        ({"copies": [{"from": "名称", "to": "無い"}]}, "無い"),
        ({"copies": [{"from": "名称", "to": "料金"}]}, "写せません"),
        ({"copies": [{"from": "名称", "to": "使用料"}]}, "写せません"),
        ({"query": "無い = 1"}, "条件"),
    ],
)
def test_lookups_that_cannot_be(dx, options, words):
    facade.create_app(actor=dx, spec=PARK)
    with pytest.raises(Invalid) as caught:
        facade.create_app(actor=dx, spec=booking(lookup(**options)))
    assert words in str(caught.value.errors["施設"][0])


def test_lookups_inside_a_table(dx):
    facade.create_app(actor=dx, spec=PARK)
    number = create(dx, "park", 番号="A", 名称="館", 料金="10").id
    inner = (
        field(
            "施設",
            "lookup",
            options={"app": "park", "key": "番号", "copies": [{"from": "料金", "to": "額", "live": True}]},
        ),
        field("額", "number"),
    )
    spec = AppSpec(
        code="many",
        name="まとめ",
        fields=(field("行", "table", fields=inner), calc("合計", "SUM(額)")),
        rights=ALL,
    )
    facade.create_app(actor=dx, spec=spec)
    made = create(dx, "many", 行=[{"values": {"施設": "A"}}, {"values": {"額": "5"}}])
    assert made.values["合計"] == D(15)
    facade.update_record(actor=dx, app="park", record=number, values={"料金": "20"})
    outbox.drain()
    assert facade.get(actor=dx, app="many", record=made.id).values["合計"] == D(25)


def test_two_apps_that_copy_from_each_other_come_to_rest(dx):
    facade.create_app(
        actor=dx,
        spec=AppSpec(code="a", name="A", fields=(field("k", "text"), field("x", "number")), rights=ALL),
    )
    copies = [{"from": "x", "to": "y", "live": True}]
    facade.create_app(actor=dx, spec=AppSpec(code="b", name="B", rights=ALL, fields=(
        field("k", "text"), field("l", "lookup", options={"app": "a", "key": "k", "copies": copies}), field("y", "number"), calc("z", "y + 1"),
    )))  # fmt: skip
    facade.add_field(
        actor=dx,
        app="a",
        field=field(
            "m",
            "lookup",
            options={"app": "b", "key": "k", "copies": [{"from": "z", "to": "x", "live": True}]},
        ),
    )
    one = create(dx, "a", k="1", x="0")
    two = create(dx, "b", k="1", l="1")
    facade.update_record(actor=dx, app="a", record=one.id, values={"m": "1"})
    outbox.drain()
    assert facade.get(actor=dx, app="a", record=one.id).revision < 12
    assert facade.get(actor=dx, app="b", record=two.id).revision < 12


# Related records


def test_related_records_are_read_with_the_readers_rights(parks, dx, actor):
    link = field(
        "予約",
        "reference",
        options={"app": "booking", "this": "番号", "that": "施設", "show": ["申込者"], "query": "時間 > 0"},
    )
    facade.add_field(actor=dx, app="park", field=link)
    made = [
        create(dx, "booking", 施設="A-1", 時間=hours, 申込者=name).id
        for hours, name in (("1", "い"), ("0", "ろ"), ("2", "は"))
    ]
    schema = facade.schema(code="park")
    record = facade.get(actor=dx, app="park", record=parks[0])
    assert {r.id for r in related.related(dx, schema, record, "予約").records} == {made[0], made[2]}
    assert (
        related.related(dx, schema, facade.get(actor=dx, app="park", record=parks[1]), "予約").records == []
    )
    facade.set_rights(actor=dx, app="booking", rights=())
    assert related.related(actor("clerk"), schema, record, "予約").records == []
    assert (
        facade.update_record(actor=dx, app="park", record=parks[0], values={"名称": "x"}).values["予約"]
        is None
    )
    with pytest.raises(Invalid):
        facade.add_field(
            actor=dx, app="park", field=replace(link, code="予約2", options={**link.options, "that": "無い"})
        )


# Visible-if


def conditional(**more):
    return AppSpec(code="ask", name="申請", rights=ALL, fields=(
        field("有無", "radio", options={"choices": ["ある", "ない"]}),
        field("理由", "text", required=True, visible_if='有無 = "ある"'),
        field("詳細", "multiline", visible_if='理由 like "その他"'),
        field("人数", "number"),
        field("車", "text", visible_if="人数 >= 3"),
    ), **more)  # fmt: skip


def test_hidden_fields_are_not_required_and_dropped_on_create(dx):
    facade.create_app(actor=dx, spec=conditional())
    made = create(dx, "ask", 有無="ない", 理由="その他", 詳細="長い", 人数="2", 車="1台")
    assert {made.values[c] for c in ("理由", "詳細", "車")} == {""}
    with pytest.raises(Invalid) as caught:
        create(dx, "ask", 有無="ある")
    assert list(caught.value.errors) == ["理由"]
    made = create(dx, "ask", 有無="ある", 理由="その他", 詳細="長い", 人数="3", 車="1台")
    assert (made.values["詳細"], made.values["車"]) == ("長い", "1台")
    kept = facade.update_record(
        actor=dx, app="ask", record=made.id, values={"有無": "ない", "理由": "変えた", "車": "2台"}
    )
    assert (kept.values["理由"], kept.values["車"]) == ("その他", "2台")


def test_conditions_over_computed_values_see_the_new_result(dx):
    spec = conditional()
    more = (calc("倍", "人数 * 2"), field("特", "text", visible_if="倍 > 10"))
    facade.create_app(actor=dx, spec=replace(spec, fields=(*spec.fields, *more)))
    assert create(dx, "ask", 有無="ない", 人数="6", 特="x").values["特"] == "x"
    assert create(dx, "ask", 有無="ない", 人数="5", 特="x").values["特"] == ""


def test_conditions_that_cannot_be(dx):
    spec = conditional()
    for text in ("無い = 1", "order by 人数"):
        with pytest.raises(Invalid):
            facade.create_app(
                actor=dx, spec=replace(spec, fields=(*spec.fields, field("z", "text", visible_if=text)))
            )
