"""Many changes at once: the same outcome as one by one, in statements whose number does not grow with the records."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tomoni.core.errors import NotFound
from tomoni.core.models import AuditEntry, Delivery, OutboxEvent
from tomoni.records import facade, search
from tomoni.records.ddl.tables import tables
from tomoni.records.models import Revision
from tomoni.records.schema import cache

pytestmark = pytest.mark.django_db


def fill(api, made, count, key="N"):
    rows = [
        {
            "氏名": {"value": f"三鷹 {n}号"},
            "番号": {"value": f"{key}-{n}"},
            "人数": {"value": n % 50},
            "希望": {"value": ["午前"]},
            "明細": {"value": [{"value": {"品名": {"value": f"紙{n}"}, "数量": {"value": 1}}}]},
        }
        for n in range(1, count + 1)
    ]
    return api.ok("POST", "records", app=made, records=rows)["ids"]


def code(made):
    return facade.code_of(app_id=int(made))


CHANGES = [
    {"氏名": "東八 道子", "人数": "7"},
    {"氏名": "三鷹 2号"},  # nothing changes
    {"希望": ["午後"], "担当": ["dx"]},
    {"番号": "", "メモ": "長い\n文章"},
    {"明細": [{"id": None, "values": {"品名": "筆", "数量": "2"}}]},
    {"氏名": "全部", "希望": [], "日付": "2026-11-23", "課": ["kenko"], "明細": []},
]


def state(app, numbers, dx):
    """Everything that is kept of records, without moments and numbers of rows."""
    schema = cache.snapshot(app)
    found = []
    for place, number in enumerate(numbers):
        record = facade.get(actor=dx, app=app, record=number)
        values = {c: v for c, v in record.values.items() if c not in ("明細", "更新日時", "作成日時", "番号")}
        values["明細"] = [row["values"] for row in record.values["明細"]]
        kept = []
        for revision in Revision.objects.filter(app_id=schema.id, record=number).order_by("revision"):
            rows = {k: v for k, v in revision.changes.items() if not isinstance((v or [0])[0], dict)}
            rows = {k: v for k, v in rows.items() if not str(v[0]).startswith(("N-", "M-"))}
            kept.append(
                (
                    revision.revision,
                    revision.kind,
                    revision.user_id,
                    revision.comment,
                    sorted(revision.changes),
                    rows,
                )
            )
        found.append((place, record.revision, record.modifier, values, kept))
    return found


def test_as_one_by_one(api, made, actor):
    dx, app = actor("dx"), code(made)
    one, many = ([int(n) for n in fill(api, made, 6, key)] for key in "NM")
    before = OutboxEvent.objects.count()
    for number, values in zip(one, CHANGES, strict=True):
        facade.update_record(actor=dx, app=app, record=number, values=values, comment="直した")
    first = list(OutboxEvent.objects.order_by("pk")[before:])
    updates = [facade.RecordUpdate(n, v) for n, v in zip(many, CHANGES, strict=True)]
    done = facade.update_records(actor=dx, app=app, updates=updates, comment="直した")
    second = list(OutboxEvent.objects.order_by("pk")[before + len(first) :])
    assert not done.errors
    assert [done.records[row].id for row in range(6)] == many
    assert done.records[0].values["人数"] == 7

    assert state(app, one, dx) == state(app, many, dx)
    keys = [
        [(e.kind, e.payload["revision"], e.payload["actor"], e.payload["fields"]) for e in events]
        for events in (first, second)
    ]
    assert keys[0] == keys[1]
    assert [e.payload["record"] for e in second] == [n for n in many if n != many[1]]
    wanted = Delivery.objects.filter(event=first[0]).count()
    assert wanted
    assert all(Delivery.objects.filter(event=e).count() == wanted for e in second)
    last = AuditEntry.objects.order_by("-pk").first()
    assert (last.verb, last.count) == ("record.update_many", 5)

    # The index says the same as one that is built anew.
    for needle in ("東八", "全部", "文章", "筆", "紙1", "紙6", "号"):
        query = f'氏名 like "{needle}" or メモ like "{needle}" or 品名 like "{needle}"'
        now = facade.ids(actor=dx, app=app, query=query)
        search.rebuild(cache.snapshot(app))
        assert facade.ids(actor=dx, app=app, query=query) == now, needle
    assert len(facade.ids(actor=dx, app=app, query='品名 like "筆"')) == 2


def statements(api, made, ids, text):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        api.ok(
            "PUT", "records", app=made, records=[{"id": n, "record": {"氏名": {"value": text}}} for n in ids]
        )
    return len(seen)


def test_statements_do_not_grow_with_the_records(api, made):
    ids = fill(api, made, 120)
    statements(api, made, ids[:2], "温め")
    few, many = statements(api, made, ids[:3], "三件"), statements(api, made, ids, "全件")
    assert many < few + 6  # SQLite takes a few hundred values a statement


def test_nothing_is_written_when_one_is_wrong(api, made, actor):
    dx, app = actor("dx"), code(made)
    ids = [int(n) for n in fill(api, made, 4)]
    updates = [
        facade.RecordUpdate(ids[0], {"氏名": "変わる"}),
        facade.RecordUpdate(ids[1], {"人数": "百"}),
        facade.RecordUpdate(ids[2], {"氏名": "変わる"}, revision=9),
        facade.RecordUpdate(9999, {"氏名": "ない"}),
        facade.RecordUpdate(ids[0], {"氏名": "2回目"}),
        facade.RecordUpdate(ids[3], {"番号": "N-1"}),
    ]
    done = facade.update_records(actor=dx, app=app, updates=updates)
    assert {row: type(e).__name__ for row, e in done.errors.items()} == {
        1: "Invalid", 2: "Conflict", 3: "NotFound", 4: "Invalid", 5: "Invalid",
    }  # fmt: skip
    assert set(done.errors[5].errors) == {"番号"}
    assert facade.get(actor=dx, app=app, record=ids[0]).revision == 1
    done = facade.update_records(actor=dx, app=app, updates=updates, skip_bad=True)
    assert list(done.records) == [0]
    assert facade.get(actor=dx, app=app, record=ids[0]).values["氏名"] == "変わる"
    assert facade.get(actor=dx, app=app, record=ids[2]).revision == 1


def test_a_unique_value_can_be_handed_on(api, made, actor):
    dx, app = actor("dx"), code(made)
    one, two = (int(n) for n in fill(api, made, 2))
    up = facade.RecordUpdate
    taken = facade.update_records(
        actor=dx, app=app, updates=[up(one, {"番号": "N-2"}), up(two, {"番号": "X"})]
    )
    assert list(taken.errors) == [0]
    done = facade.update_records(
        actor=dx, app=app, updates=[up(two, {"番号": "X"}), up(one, {"番号": "N-2"})]
    )
    assert not done.errors
    both = facade.update_records(actor=dx, app=app, updates=[up(two, {"番号": "Y"}), up(one, {"番号": "Y"})])
    assert list(both.errors) == [1]


def test_rights_are_those_of_each_record(api, made, actor):
    from tomoni.records.schema.spec import RecordRightSpec, RightSpec

    dx, app = actor("dx"), code(made)
    ids = [int(n) for n in fill(api, made, 3)]
    draft = facade.draft(actor=dx, app=app)
    rights = (*draft.spec.rights, RightSpec(who="role:clerk", verbs=("view", "edit")))
    rules = (
        RecordRightSpec(query="人数 = 1", grants=(RightSpec(who="role:clerk", verbs=("view",)),)),
        RecordRightSpec(query="人数 = 2", grants=(RightSpec(who="role:clerk", verbs=()),)),
    )
    facade.deploy_app(actor=dx, app=app, spec=replace(draft.spec, rights=rights, record_rights=rules))
    updates = [facade.RecordUpdate(n, {"メモ": "係"}) for n in ids]
    done = facade.update_records(actor=actor("clerk"), app=app, updates=updates, skip_bad=True)
    assert {row: type(e).__name__ for row, e in done.errors.items()} == {0: "Forbidden", 1: "NotFound"}
    assert list(done.records) == [2]
    with pytest.raises(NotFound):
        facade.update_records(actor=actor("resident"), app=app, updates=updates)


def test_upsert_mixes_new_and_old(api, made):
    fill(api, made, 3)

    def item(key, name):
        return {"updateKey": {"field": "番号", "value": key}, "record": {"氏名": {"value": name}}}

    given = [item("N-1", "前"), item("新1", "新"), item("N-3", "後")]
    done = api.ok("PUT", "records", app=made, upsert=True, records=given)["records"]
    assert [d["operation"] for d in done] == ["UPDATE", "INSERT", "UPDATE"]
    assert [(d["id"], d["revision"]) for d in done] == [("1", "2"), ("4", "1"), ("3", "2")]
    twice = [item("新2", "a"), item("新２", "b")]
    api.fails(400, "CB_VA01", "PUT", "records", app=made, upsert=True, records=twice)
    by_id = [{"id": 77, "record": {"氏名": {"value": "新"}}}, {"id": 1, "record": {"氏名": {"value": "旧"}}}]
    done = api.ok("PUT", "records", app=made, upsert=True, records=by_id)["records"]
    assert [d["operation"] for d in done] == ["INSERT", "UPDATE"]
    bad = [{"id": 78, "record": {"氏名": {"value": "新"}}}, {"id": 1, "record": {"人数": {"value": "百"}}}]
    errors = api.fails(400, "CB_VA01", "PUT", "records", app=made, upsert=True, records=bad)["errors"]
    assert list(errors) == ["records[1].人数.value"]


def test_record_numbers_with_the_apps_code(api, made, actor):
    dx, app = actor("dx"), code(made)
    fill(api, made, 12)
    draft = facade.draft(actor=dx, app=app)
    settings = {**draft.spec.settings, "number_prefix": "MTK-2"}
    facade.deploy_app(actor=dx, app=app, spec=replace(draft.spec, settings=settings))

    def found(query):
        return [r["$id"]["value"] for r in api.ok("GET", "records", app=made, query=query)["records"]]

    shown = api.ok("GET", "record", app=made, id=12)["record"]["レコード番号"]["value"]
    assert shown == "MTK-2-12"
    assert found(f'レコード番号 = "{shown}"') == ["12"] == found("レコード番号 = 12")
    assert found('レコード番号 in ("MTK-2-3", "4") order by $id asc') == ["3", "4"]
    assert found('レコード番号 > "MTK-2-11"') == ["12"]
    wrong = api.call("GET", "records", {"app": made, "query": 'レコード番号 = "XYZ-12"'})
    assert (api.status, wrong["code"]) == (400, "CB_VA01")
    key = {"field": "レコード番号", "value": shown}
    api.ok("PUT", "record", app=made, updateKey=key, record={"メモ": {"value": "番号で"}})
    key = {"field": "レコード番号", "value": "XYZ-12"}
    api.fails(400, "CB_VA01", "PUT", "record", app=made, updateKey=key, record={"メモ": {"value": "番号で"}})


def test_the_links_of_records_that_stay_are_kept(api, made, actor):
    dx, app = actor("dx"), code(made)
    one, two = (int(n) for n in fill(api, made, 2))
    up = facade.RecordUpdate
    facade.update_records(actor=dx, app=app, updates=[up(one, {"希望": ["午後"]}), up(two, {"担当": ["dx"]})])
    values = [facade.get(actor=dx, app=app, record=n).values for n in (one, two)]
    assert [v["希望"] for v in values] == [["午後"], ["午前"]]
    links = tables(cache.snapshot(app)).link._default_manager.filter(record__in=[one, two])
    assert links.count() == 3
