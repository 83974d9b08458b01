"""Definitions: DDL and metadata stand and fall together, data never gets lost, hostile names reach no SQL."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction
from records_shapes import ACTIONS, FIELDS, STATES, dental

from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.core.models import AuditEntry
from tomoni.records import facade
from tomoni.records.models import App, AppVersion, Field
from tomoni.records.schema.spec import ActionSpec, FieldSpec, RightSpec, StateSpec, ViewSpec


def columns(app_id):
    with connection.cursor() as cursor:
        return {c.name for c in connection.introspection.get_table_description(cursor, f"r_{app_id}")}


def indexes(app_id):
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, f"r_{app_id}"))


def test_adding_a_field_makes_a_column_and_keeps_everything(app, actor):
    dx = actor("dx")
    made = facade.create_record(
        actor=dx, app="dental", values={"氏名": "山田", "人数": "3", "希望": ["相談"]}
    )
    before = columns(app.id)
    after = facade.add_field(actor=dx, app="dental", field=FieldSpec("備考", "text", "備考"), position=1)
    field = after.field("備考")
    assert columns(app.id) == before | {f"c_{field.id}", f"c_{field.id}_fold"}
    assert [f.code for f in after.fields][:3] == ["氏名", "備考", "相談"]
    again = facade.get(actor=dx, app="dental", record=made.id)
    assert again.values == {**made.values, "備考": ""}
    assert (
        facade.update_record(actor=dx, app="dental", record=made.id, values={"備考": "x"}).values["備考"]
        == "x"
    )


def test_a_failed_definition_leaves_neither_column_nor_row(app, actor):
    dx = actor("dx")
    before, fields = columns(app.id), Field.objects.count()

    def fail():
        with transaction.atomic():
            facade.add_field(actor=dx, app="dental", field=FieldSpec("備考", "text", "備考"))
            assert "備考" in facade.schema(code="dental").by_code
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert columns(app.id) == before
    assert Field.objects.count() == fields
    assert "備考" not in facade.schema(code="dental").by_code
    made = facade.create_record(actor=dx, app="dental", values={"氏名": "山田"})
    assert facade.get(actor=dx, app="dental", record=made.id).values["氏名"] == "山田"


def test_a_stale_model_writes_beside_new_columns(app, actor):
    """The snapshot from before still writes: columns are only ever added, so nothing breaks and nothing is lost."""
    from tomoni.records.actions import _rows

    dx = actor("dx")
    old = facade.schema(code="dental")
    facade.add_field(actor=dx, app="dental", field=FieldSpec("備考", "text", "備考"))
    with transaction.atomic():
        number = _rows.insert(old, dx, [{"氏名": "古い"}], "staff")[0]
    assert facade.get(actor=dx, app="dental", record=number).values["備考"] == ""


def test_a_deleted_field_comes_back_with_its_values(app, actor):
    dx = actor("dx")
    made = facade.create_record(
        actor=dx, app="dental", values={"氏名": "山田", "相談": "歯が痛い", "希望": ["相談"]}
    )
    field = app.field("相談")
    before = columns(app.id)
    for code in ("相談", "希望"):
        facade.delete_field(actor=dx, app="dental", field=code)
    assert columns(app.id) == before
    assert "相談" not in facade.get(actor=dx, app="dental", record=made.id).values
    with pytest.raises(Invalid):
        facade.update_record(actor=dx, app="dental", record=made.id, values={"相談": "x"})
    with pytest.raises(Invalid):
        facade.find(actor=dx, app="dental", query='相談 like "歯"')
    facade.update_record(actor=dx, app="dental", record=made.id, values={"氏名": "山本"})
    facade.restore_field(actor=dx, app="dental", field_id=field.id)
    facade.restore_field(actor=dx, app="dental", field_id=app.field("希望").id)
    again = facade.get(actor=dx, app="dental", record=made.id)
    assert (again.values["相談"], again.values["希望"]) == ("歯が痛い", ["相談"])
    assert facade.find(actor=dx, app="dental", query='相談 like "歯が"').total == 1


def test_the_code_of_a_deleted_field_can_be_used_again_but_then_it_stays_out(app, actor):
    dx = actor("dx")
    old = app.field("相談")
    facade.delete_field(actor=dx, app="dental", field="相談")
    new = facade.add_field(actor=dx, app="dental", field=FieldSpec("相談", "text", "相談")).field("相談")
    assert new.id != old.id
    with pytest.raises(Invalid):
        facade.restore_field(actor=dx, app="dental", field_id=old.id)


@pytest.mark.parametrize(
    "code",
    [
        "", " ", "a b", 'x"; DROP TABLE records_app; --', "x'y", "and", "OR", "Order", "limit", "1番", "１番", "$id", "a,b",
        "a(b)", "a=b", "x" * 65, "x\x00y", "x\ny", "\ud800", "a.b", "%s", "a%(b)s", "c\\d", "😀",
    ],
)  # fmt: skip
def test_hostile_codes_are_refused(app, actor, code):
    with pytest.raises(Invalid):
        facade.add_field(actor=actor("dx"), app="dental", field=FieldSpec(code, "text", "x"))


@pytest.mark.parametrize(
    "code",
    [
        "__class__",
        "pk",
        "id",
        "deleted_at",
        "revision",
        "氏名（ふりがな）",
        "select",
        "髙橋・﨑",
        "c_1",
        "ſtate",
    ],
)
def test_odd_codes_are_only_names(app, actor, code):
    dx = actor("dx")
    facade.add_field(actor=dx, app="dental", field=FieldSpec(code, "text", "x"))
    made = facade.create_record(actor=dx, app="dental", values={"氏名": "山田", code: "値"})
    assert made.values[code] == "値"
    assert (
        facade.find(actor=dx, app="dental", query=f'{code} = "値" order by {code} desc').records[0].id
        == made.id
    )


@pytest.mark.parametrize(
    "spec",
    [
        FieldSpec("氏名", "text", "二つ目"),
        FieldSpec("ステータス", "text", "状態"),
        FieldSpec("x", "mystery", "x"),
        FieldSpec("x", "revision", "x"),
        FieldSpec("x", "text", "\x07"),
        FieldSpec("x", "multiline", "x", unique=True),
        FieldSpec("x", "number", "x", default="abc"),
        FieldSpec("x", "choice", "x", options={"choices": ["a"]}, default="b"),
        FieldSpec("x", "text", "x", personal="secret"),
    ],
)
def test_definitions_that_cannot_be(app, actor, spec):
    with pytest.raises(Invalid):
        facade.add_field(actor=actor("dx"), app="dental", field=spec)
    assert facade.schema(code="dental").version == app.version


def test_unique(app, actor):
    dx = actor("dx")
    facade.add_field(actor=dx, app="dental", field=FieldSpec("番号", "text", "番号", unique=True))
    first = facade.create_record(actor=dx, app="dental", values={"氏名": "a", "番号": "Ａ1"})
    for _ in range(2):
        facade.create_record(actor=dx, app="dental", values={"氏名": "空"})
    with pytest.raises(Invalid) as caught:
        facade.create_record(actor=dx, app="dental", values={"氏名": "b", "番号": "a１"})
    assert set(caught.value.errors) == {"番号"}
    other = facade.create_record(actor=dx, app="dental", values={"氏名": "c", "番号": "B"})
    with pytest.raises(Invalid) as caught:
        facade.update_record(actor=dx, app="dental", record=other.id, values={"番号": "A1"})
    assert set(caught.value.errors) == {"番号"}
    facade.delete_record(actor=dx, app="dental", record=first.id)
    facade.update_record(actor=dx, app="dental", record=other.id, values={"番号": "A1"})
    with pytest.raises(Invalid):
        facade.restore_record(actor=dx, app="dental", record=first.id)
    with pytest.raises(Invalid):
        facade.create_record(actor=dx, app="dental", values={"氏名": "長", "番号": "あ" * 501})


def test_switching_unique_checks_what_is_there(app, actor):
    dx = actor("dx")
    for _ in range(2):
        facade.create_record(actor=dx, app="dental", values={"氏名": "同じ", "人数": "1"})
    spec = app.field("人数")
    with pytest.raises(Invalid):
        facade.update_field(actor=dx, app="dental", code="人数", field=replace(spec, unique=True))
    assert f"r_{app.id}_{spec.id}_i" in indexes(app.id)
    facade.update_record(actor=dx, app="dental", record=2, values={"人数": "2"})
    facade.update_field(actor=dx, app="dental", code="人数", field=replace(spec, unique=True))
    assert f"r_{app.id}_{spec.id}_u" in indexes(app.id)
    facade.update_field(actor=dx, app="dental", code="人数", field=replace(spec, unique=False))
    assert f"r_{app.id}_{spec.id}_u" not in indexes(app.id)
    assert f"r_{app.id}_{spec.id}_i" in indexes(app.id)


def test_update_field(app, actor):
    dx = actor("dx")
    spec = app.field("人数")
    with pytest.raises(Invalid):
        facade.update_field(actor=dx, app="dental", code="人数", field=replace(spec, type="text", options={}))
    with pytest.raises(Invalid):
        facade.update_field(actor=dx, app="dental", code="人数", field=replace(spec, options={"digits": 9}))
    facade.create_record(actor=dx, app="dental", values={"氏名": "a", "人数": "5"})
    after = facade.update_field(
        actor=dx,
        app="dental",
        code="人数",
        field=replace(spec, label="人数（大人）", options={"digits": 2, "unit": "人"}),
    )
    assert after.field("人数").label == "人数（大人）"
    assert facade.get(actor=dx, app="dental", record=1).values["人数"] == Decimal(5)


def test_a_choice_that_was_taken_off_may_stay(app, actor):
    dx = actor("dx")
    facade.create_record(actor=dx, app="dental", values={"氏名": "a", "区分": "2回目", "希望": ["フッ素"]})
    for code in ("区分", "希望"):
        spec = app.field(code)
        facade.update_field(
            actor=dx, app="dental", code=code, field=replace(spec, options={"choices": ["新しい"]})
        )
    kept = facade.update_record(
        actor=dx, app="dental", record=1, values={"氏名": "b", "区分": "2回目", "希望": ["フッ素"]}
    )
    assert (kept.values["区分"], kept.values["希望"]) == ("2回目", ["フッ素"])
    with pytest.raises(Invalid):
        facade.update_record(actor=dx, app="dental", record=1, values={"区分": "はじめて"})


def test_views_rules_and_conditions_must_read(app, actor):
    dx = actor("dx")
    with pytest.raises(Invalid) as caught:
        facade.set_views(actor=dx, app="dental", views=[ViewSpec("変", query="氏名 ==")])
    assert "一覧「変」" in str(caught.value)
    with pytest.raises(Invalid):
        facade.set_views(actor=dx, app="dental", views=[ViewSpec("変", columns=("無い",))])
    with pytest.raises(Invalid):
        facade.set_views(actor=dx, app="dental", views=[ViewSpec("暦", kind="calendar", date_field="氏名")])
    with pytest.raises(Invalid):
        facade.set_rights(actor=dx, app="dental", rights=app.rights, record_rule="謎 is empty")
    with pytest.raises(Invalid):
        facade.set_rights(actor=dx, app="dental", rights=app.rights, record_rule="order by 氏名")
    for bad in (
        RightSpec("form", ("add", "view")),
        RightSpec("everyone", ("view",)),
        RightSpec("staff", ("fly",)),
    ):
        with pytest.raises(Invalid):
            facade.set_rights(actor=dx, app="dental", rights=(bad,))
    facade.set_views(
        actor=dx,
        app="dental",
        views=[ViewSpec("相談あり", columns=("氏名", "相談"), query="相談 is not empty")],
    )
    with pytest.raises(Invalid):
        facade.delete_field(actor=dx, app="dental", field="相談")


def test_set_process_moves_and_guards_records(app, actor):
    dx = actor("dx")
    facade.create_record(actor=dx, app="dental", values={"氏名": "a"})
    with pytest.raises(Invalid):
        facade.set_process(actor=dx, app="dental", states=STATES[1:], actions=())
    renamed = (replace(STATES[0], name="新着"), *STATES[1:])
    facade.set_process(
        actor=dx,
        app="dental",
        states=renamed,
        actions=(ActionSpec("進む", "新着", "確認"),),
        renames={"受付": "新着"},
    )
    assert facade.get(actor=dx, app="dental", record=1).status == "新着"
    assert [s.state for s in facade.state_log(app="dental")] == ["新着"]
    with pytest.raises(Invalid):
        facade.set_process(actor=dx, app="dental", states=renamed, actions=ACTIONS)


def test_an_app_without_process_gets_one(actor):
    dx = actor("dx")
    facade.create_app(actor=dx, spec=dental(states=(), actions=()))
    facade.create_record(actor=dx, app="dental", values={"氏名": "a"})
    assert facade.state_log(app="dental") == []
    facade.set_process(
        actor=dx, app="dental", states=(StateSpec("受付", "new"), StateSpec("済", "done")), actions=()
    )
    assert facade.get(actor=dx, app="dental", record=1).status == "受付"
    assert len(facade.state_log(app="dental")) == 1


def test_copy_trash_and_restore_of_an_app(app, actor):
    dx = actor("dx")
    facade.create_record(actor=dx, app="dental", values={"氏名": "a"})
    copied = facade.copy_app(actor=dx, app="dental", code="dental2", name="写し")
    assert facade.find(actor=dx, app="dental2").total == 0
    assert [f.code for f in copied.fields] == [f.code for f in FIELDS]
    assert {f.id for f in copied.fields}.isdisjoint({f.id for f in app.fields})
    facade.delete_app(actor=dx, app="dental")
    with pytest.raises(NotFound):
        facade.find(actor=dx, app="dental")
    assert [a.code for a in facade.apps(actor=dx)] == ["dental2"]
    facade.restore_app(actor=dx, app="dental")
    assert facade.find(actor=dx, app="dental").total == 1


def test_definitions_are_versioned_and_audited(app, actor):
    dx = actor("dx")
    facade.update_app(actor=dx, app="dental", name="新しい名前", deputy_id=actor("clerk").id)
    facade.move_fields(actor=dx, app="dental", order=["相談", "氏名"])
    schema = facade.schema(code="dental")
    assert (schema.version, schema.name) == (3, "新しい名前")
    assert [f.code for f in schema.fields][:3] == ["相談", "氏名", "人数"]
    assert AppVersion.objects.filter(app_id=app.id).count() == 3
    verbs = set(AuditEntry.objects.filter(target=f"app:{app.id}").values_list("verb", flat=True))
    assert verbs == {"app.create", "app.update", "app.move_fields"}
    assert facade.may(actor=actor("clerk"), app="dental", verb="manage")


def test_only_those_who_may_create_or_manage(app, actor):
    clerk = actor("clerk")
    with pytest.raises(Forbidden):
        facade.create_app(actor=clerk, spec=dental(code="other"))
    for change in (
        lambda: facade.add_field(actor=clerk, app="dental", field=FieldSpec("x", "text", "x")),
        lambda: facade.delete_field(actor=clerk, app="dental", field="相談"),
        lambda: facade.set_rights(actor=clerk, app="dental", rights=()),
        lambda: facade.set_process(actor=clerk, app="dental", states=(), actions=()),
        lambda: facade.delete_app(actor=clerk, app="dental"),
        lambda: facade.update_app(actor=clerk, app="dental", owner_id=clerk.id),
    ):
        with pytest.raises(Forbidden):
            change()
    assert App.objects.get(code="dental").version == 1
