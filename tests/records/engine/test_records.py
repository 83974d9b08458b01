from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.records import facade
from tomoni.records.facade import SlotSpec

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
FULL = {
    "氏名": "髙橋　花子",
    "相談": "歯ぐきから血が出ます。\r\n夜だけです。",
    "人数": "２",
    "区分": "はじめて",
    "希望": ["相談", "フッ素"],
    "生年月日": "令和5年4月1日",
    "連絡時刻": "2026-12-01 09:30",
    "担当": ["clerk"],
    "担当課": ["kenko"],
    "場所": "35.4233, 136.7606",
    "予約": "2026-12-01T10:00",
}


@pytest.fixture
def slots(app, actor):
    facade.add_slots(
        actor=actor("dx"),
        app="dental",
        field="予約",
        slots=[SlotSpec(START, START + timedelta(minutes=30), None, "保健センター")],
    )


def test_every_type_goes_in_and_comes_out(app, actor, slots, section):
    clerk = actor("clerk")
    made = facade.create_record(actor=clerk, app="dental", values=FULL)
    again = facade.get(actor=clerk, app="dental", record=made.id)
    assert made == again
    assert made.number == 1
    assert made.revision == 1
    assert made.status == "受付"
    assert made.creator == clerk.id
    assert dict(made.values) == {
        "氏名": "髙橋　花子",
        "相談": "歯ぐきから血が出ます。\n夜だけです。",
        "人数": Decimal(2),
        "区分": "はじめて",
        "希望": ["フッ素", "相談"],
        "生年月日": date(2023, 4, 1),
        "連絡時刻": datetime(2026, 12, 1, 0, 30, tzinfo=UTC),
        "担当": [clerk.id],
        "担当課": [section.pk],
        "写真": [],
        "場所": {"lat": 35.4233, "lon": 136.7606},
        "予約": START,
    }


def test_errors_come_together_by_field(app, actor):
    with pytest.raises(Invalid) as caught:
        facade.create_record(
            actor=actor("clerk"),
            app="dental",
            values={"人数": "たくさん", "区分": "ない", "謎": "x", "ステータス": "完了"},
        )
    assert set(caught.value.errors) == {"氏名", "人数", "区分", "謎", "ステータス"}
    assert facade.find(actor=actor("clerk"), app="dental").total == 0


def test_update_history_and_conflict(app, actor):
    clerk, dx = actor("clerk"), actor("dx")
    made = facade.create_record(actor=clerk, app="dental", values={"氏名": "山田"})
    second = facade.update_record(actor=dx, app="dental", record=made.id, values={"人数": "3"}, revision=1)
    assert second.revision == 2
    assert second.modifier == dx.id
    with pytest.raises(Conflict) as caught:
        facade.update_record(actor=clerk, app="dental", record=made.id, values={"人数": "4"}, revision=1)
    assert caught.value.details["mine"] == {"人数": Decimal(4)}
    assert caught.value.details["theirs"] == {"人数": Decimal(3)}
    assert caught.value.details["revision"] == 2
    history = facade.history(actor=clerk, app="dental", record=made.id)
    assert [(h.revision, h.kind) for h in history] == [(2, "update"), (1, "create")]
    assert history[0].changes[0].new == Decimal(3)
    assert facade.update_record(actor=dx, app="dental", record=made.id, values={"人数": "3"}).revision == 2


def test_process(app, actor):
    clerk = actor("clerk")
    made = facade.create_record(actor=clerk, app="dental", values={"氏名": "山田"})
    with pytest.raises(Invalid):
        facade.run_action(actor=clerk, app="dental", record=made.id, action="完了する")
    assert facade.run_action(actor=clerk, app="dental", record=made.id, action="確認する").status == "確認"
    with pytest.raises(Invalid):
        facade.run_action(actor=clerk, app="dental", record=made.id, action="完了する")
    facade.update_record(actor=clerk, app="dental", record=made.id, values={"人数": "1"})
    done = facade.run_action(actor=clerk, app="dental", record=made.id, action="完了する")
    assert (done.status, done.revision) == ("完了", 4)
    assert [(s.state, s.left_at is None) for s in facade.state_log(app="dental")] == [
        ("受付", False), ("確認", False), ("完了", True),
    ]  # fmt: skip


def test_trash(app, actor):
    clerk = actor("clerk")
    made = facade.create_record(actor=clerk, app="dental", values={"氏名": "山田"})
    facade.delete_record(actor=clerk, app="dental", record=made.id)
    with pytest.raises(NotFound):
        facade.get(actor=clerk, app="dental", record=made.id)
    assert facade.find(actor=clerk, app="dental").records == []
    facade.restore_record(actor=clerk, app="dental", record=made.id)
    assert facade.get(actor=clerk, app="dental", record=made.id).revision == 3


def test_like(app, actor):
    clerk = actor("clerk")
    for name in ("髙橋花子", "ﾔﾏﾀﾞ太郎", "Ｙａｍａｄａ", "やまだ 100%"):
        facade.create_record(actor=clerk, app="dental", values={"氏名": name})

    def names(query):
        return [
            r.values["氏名"]
            for r in facade.find(actor=clerk, app="dental", query=query + " order by $id").records
        ]

    assert names('氏名 like "花子"') == ["髙橋花子"]
    assert names('氏名 like "ヤマダ"') == ["ﾔﾏﾀﾞ太郎"]
    assert names('氏名 like "yama"') == ["Ｙａｍａｄａ"]
    assert names('氏名 like "0%"') == ["やまだ 100%"]
    assert names('氏名 like "子"') == ["髙橋花子"]
    assert names('氏名 = "yamada"') == ["Ｙａｍａｄａ"]
    assert names('氏名 not like "花子" and 氏名 not like "太"') == ["Ｙａｍａｄａ", "やまだ 100%"]


def test_rights(app, actor):
    resident = actor("resident")
    with pytest.raises(NotFound):
        facade.find(actor=resident, app="dental")
    with pytest.raises(NotFound):
        facade.create_record(actor=resident, app="dental", values={"氏名": "x"})
    with pytest.raises(Forbidden):
        facade.add_field(actor=actor("clerk"), app="dental", field=None)
