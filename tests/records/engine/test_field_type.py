"""Changing a field's type: a new column, a report of what did not convert, the old values kept and restorable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.core.models import AuditEntry
from tomoni.records import facade
from tomoni.records.actions import change_field_type as changing
from tomoni.records.models import Field
from tomoni.records.schema.spec import FieldSpec, ViewSpec


@pytest.fixture
def noted(app, actor):
    """An app with a text field 「メモ」 and a way to add records to it."""
    dx = actor("dx")
    facade.add_field(actor=dx, app="dental", field=FieldSpec("メモ", "text", "メモ"))

    def add(*texts: str) -> list[int]:
        rows = [{"氏名": "山田", "メモ": text} for text in texts]
        return facade.create_records(actor=dx, app="dental", rows=rows).created

    return add


def change(actor, type_, field="メモ", **options):
    return facade.change_field_type(actor=actor("dx"), app="dental", field=field, type=type_, options=options)


def values(actor, field="メモ", query="order by $id asc"):
    page = facade.find(actor=actor("dx"), app="dental", query=query, limit=200)
    return [r.values[field] for r in page.records]


def test_the_preview_says_what_will_not_convert_and_writes_nothing(noted, actor) -> None:
    first, _second, third = noted("１，２００", "", "約三百")
    before = facade.schema(code="dental")
    report = facade.preview_field_type(
        actor=actor("dx"), app="dental", field="メモ", type="number", options={}
    )
    assert (report.records, report.filled, report.converted, report.failed) == (3, 2, 1, 1)
    assert [(f.record, f.value) for f in report.examples] == [(third, "約三百")]
    assert report.complete
    assert facade.schema(code="dental").version == before.version
    assert first not in [f.record for f in report.examples]


def test_values_become_the_new_type_and_the_old_ones_lie_in_the_trash(noted, actor) -> None:
    noted("1200", "", "約三百")
    old = facade.schema(code="dental").field("メモ")
    done = change(actor, "number", unit="円")
    new = done.schema.field("メモ")
    assert (new.type, new.label, new.id != old.id) == ("number", "メモ", True)
    assert [f.code for f in done.schema.fields][-1] == "メモ"
    assert values(actor) == [Decimal(1200), None, None]
    assert values(actor, query="メモ >= 1000") == [Decimal(1200)]
    assert (done.report.filled, done.report.converted, done.report.failed) == (2, 1, 1)
    assert done.former == old.id
    assert [f.id for f in done.schema.trash if f.code == "メモ"] == [old.id]
    entry = AuditEntry.objects.filter(verb="app.change_field_type").get()
    assert "約三百" not in str(entry.fields)


def test_the_change_can_be_taken_back_with_every_value(noted, actor) -> None:
    noted("1200", "約三百")
    place = [f.code for f in facade.schema(code="dental").fields].index("メモ")
    done = change(actor, "number")
    with pytest.raises(Invalid):
        facade.restore_field(actor=actor("dx"), app="dental", field_id=done.former)
    back = facade.restore_field(actor=actor("dx"), app="dental", field_id=done.former, swap=True)
    assert back.field("メモ").type == "text"
    assert [f.code for f in back.fields].index("メモ") == place
    assert values(actor) == ["1200", "約三百"]
    assert values(actor, query='メモ like "三百"') == ["約三百"]


@pytest.mark.parametrize(
    ("raw", "type_", "options", "expected"),
    [
        ("令和8年4月1日", "date", {}, date(2026, 4, 1)),
        ("フッ素、相談", "multichoice", {"choices": ["相談", "フッ素"]}, ["相談", "フッ素"]),
        ("ふつう", "choice", {"choices": ["ふつう", "急ぎ"]}, "ふつう"),
        ("長い文", "multiline", {}, "長い文"),
        ("12.5", "number", {"digits": 1}, Decimal("12.5")),
    ],
)
def test_from_text(noted, actor, raw, type_, options, expected) -> None:
    noted(raw)
    change(actor, type_, **options)
    assert values(actor) == [expected]


def test_from_other_types(app, actor) -> None:
    dx = actor("dx")
    facade.add_field(actor=dx, app="dental", field=FieldSpec("回数", "number", "回数"))
    given = {
        "氏名": "山田", "回数": "3", "区分": "はじめて", "希望": ["フッ素", "相談"],
        "生年月日": "2024-05-02", "連絡時刻": "2026-04-01 00:30",
    }  # fmt: skip
    facade.create_record(actor=dx, app="dental", values=given)
    for field, type_, expected in (
        ("回数", "text", "3"),
        ("区分", "text", "はじめて"),
        ("希望", "multiline", "フッ素\n相談"),
        ("生年月日", "datetime", "2024-05-01T15:00:00+00:00"),
        ("連絡時刻", "date", date(2026, 4, 1)),
    ):
        changed = facade.change_field_type(actor=dx, app="dental", field=field, type=type_, options={})
        assert changed.report.failed == 0
        found = values(actor, field)[0]
        assert (found.isoformat() if type_ == "datetime" else found) == expected
    assert values(actor, "回数", '回数 like "3"') == ["3"]


def test_records_in_the_trash_and_those_changed_meanwhile_are_converted(noted, actor, monkeypatch) -> None:
    dx = actor("dx")
    first, second, third = noted("1", "2", "3")
    facade.delete_record(actor=dx, app="dental", record=third)
    whole = changing.finish_field_type

    def late(**given):
        facade.update_record(actor=dx, app="dental", record=first, values={"メモ": "11"})
        facade.create_record(actor=dx, app="dental", values={"氏名": "新", "メモ": "44"})
        return whole(**given)

    monkeypatch.setattr(changing, "finish_field_type", late)
    done = change(actor, "number")
    facade.restore_record(actor=dx, app="dental", record=third)
    assert values(actor) == [Decimal(11), Decimal(2), Decimal(3), Decimal(44)]
    assert (done.report.records, done.report.converted) == (4, 4)
    assert second


def test_a_change_that_stops_leaves_everything_as_it_was(noted, actor) -> None:
    noted("1", "2")
    before = facade.schema(code="dental")

    def stop(_done: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        facade.change_field_type(
            actor=actor("dx"), app="dental", field="メモ", type="number", options={}, progress=stop
        )
    after = facade.schema(code="dental")
    assert (after.fields, after.trash) == (before.fields, before.trash)
    assert values(actor) == ["1", "2"]


def test_values_that_would_repeat_are_refused(noted, actor) -> None:
    noted("1", "1.0")
    dx = actor("dx")
    spec = facade.schema(code="dental").field("メモ")
    facade.update_field(actor=dx, app="dental", code="メモ", field=replace(spec, unique=True))
    with pytest.raises(Invalid, match="同じ値"):
        change(actor, "number")
    assert facade.schema(code="dental").field("メモ").type == "text"
    assert Field.objects.filter(code="メモ").count() == 1
    with pytest.raises(Invalid):
        facade.create_record(actor=dx, app="dental", values={"氏名": "次", "メモ": "1"})


def test_what_cannot_be(noted, actor) -> None:
    dx = actor("dx")
    for field, type_ in (("メモ", "slot"), ("写真", "text"), ("メモ", "text"), ("担当", "text")):
        with pytest.raises(Invalid):
            change(actor, type_, field)
    with pytest.raises(Invalid):
        change(actor, "choice")  # no choices
    with pytest.raises(NotFound):
        change(actor, "number", "ない項目")
    with pytest.raises(Forbidden):
        facade.preview_field_type(actor=actor("clerk"), app="dental", field="メモ", type="number", options={})
    views = (ViewSpec("大きい", query="人数 >= 3"),)
    facade.set_views(actor=dx, app="dental", views=views)
    with pytest.raises(Invalid, match="大きい"):
        change(actor, "text", "人数")
    assert facade.schema(code="dental").field("人数").type == "number"


def test_queries_do_not_grow_with_the_records_of_a_batch(noted, actor) -> None:
    def cost(type_: str) -> int:
        with CaptureQueriesContext(connection) as found:
            change(actor, type_)
        return len(found)

    noted("1", "2")
    few = cost("number")
    change(actor, "text")
    noted(*map(str, range(200)))
    assert cost("number") <= few + 1
