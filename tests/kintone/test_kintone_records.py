"""Records by the API: one, many, upsert, cursor, bulkRequest, errors in kintone's form."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def value(record: dict, code: str):
    return record[code]["value"]


def test_a_record_there_and_back(api, made):
    added = api.ok(
        "POST",
        "record",
        app=made,
        record={
            "氏名": {"value": "三鷹 花"},
            "人数": {"value": "12.5"},
            "希望": {"value": ["午後", "午前"]},
            "日付": {"value": "2026-11-23"},
            "日時": {"value": "2026-11-23T09:30:00+09:00"},
            "担当": {"value": [{"code": "dx"}]},
            "課": {"value": [{"code": "kenko"}]},
            "明細": {"value": [{"value": {"品名": {"value": "紙"}, "数量": {"value": 3}}}]},
            "作成者": {"value": {"code": "somebody"}},
            "ない項目": {"value": "x"},
        },
    )
    assert added == {"id": "1", "revision": "1"}
    record = api.ok("GET", "record", app=made, id=1)["record"]
    assert record["氏名"] == {"type": "SINGLE_LINE_TEXT", "value": "三鷹 花"}
    assert record["人数"] == {"type": "NUMBER", "value": "12.5"}
    assert record["区分"] == {"type": "DROP_DOWN", "value": "新規"}
    assert record["希望"] == {"type": "CHECK_BOX", "value": ["午前", "午後"]}
    assert record["日付"] == {"type": "DATE", "value": "2026-11-23"}
    assert record["日時"] == {"type": "DATETIME", "value": "2026-11-23T00:30:00Z"}
    assert value(record, "担当") == [{"code": "dx", "name": "テスト dx"}]
    assert value(record, "課") == [{"code": "kenko", "name": "健康推進課"}]
    assert value(record, "添付") == []
    rows = value(record, "明細")
    assert rows[0]["value"] == {
        "品名": {"type": "SINGLE_LINE_TEXT", "value": "紙"},
        "数量": {"type": "NUMBER", "value": "3"},
    }
    assert record["$id"] == {"type": "__ID__", "value": "1"}
    assert record["$revision"] == {"type": "__REVISION__", "value": "1"}
    assert record["レコード番号"] == {"type": "RECORD_NUMBER", "value": "1"}
    assert value(record, "作成者")["code"] == "dx"
    assert "ステータス" not in record

    kept = {"id": rows[0]["id"], "value": {"数量": {"value": "4"}}}
    new = {"id": "", "value": {"品名": {"value": "筆"}}}
    api.ok("PUT", "record", app=made, id="1", record={"明細": {"value": [new, kept]}})
    rows = value(api.ok("GET", "record", app=made, id=1)["record"], "明細")
    assert [(r["id"] == kept["id"], value(r["value"], "品名")) for r in rows] == [(False, "筆"), (True, "紙")]


def test_errors_name_their_places(api, made):
    body = api.fails(
        400, "CB_VA01", "POST", "record", app=made, record={"人数": {"value": "百"}, "区分": {"value": "他"}}
    )
    assert set(body["errors"]) == {"record.氏名.value", "record.人数.value", "record.区分.value"}
    assert all(item["messages"] for item in body["errors"].values())
    body = api.fails(
        400,
        "CB_VA01",
        "POST",
        "records",
        app=made,
        records=[{"氏名": {"value": "a"}}, {"人数": {"value": "-1"}}],
    )
    assert set(body["errors"]) == {"records[1].氏名.value", "records[1].人数.value"}
    assert api.ok("GET", "records", app=made, totalCount=True)["totalCount"] == "0"
    row = {"明細": {"value": [{"value": {"数量": {"value": "x"}}}]}, "氏名": {"value": "a"}}
    body = api.fails(400, "CB_VA01", "POST", "record", app=made, record=row)
    assert set(body["errors"]) == {"record.明細.value[0].value.数量.value"}
    api.fails(404, "GAIA_RE01", "GET", "record", app=made, id=99)
    api.fails(404, "GAIA_AP01", "GET", "record", app=9999, id=1)
    body = api.fails(400, "CB_VA01", "GET", "record", id=1)
    assert set(body["errors"]) == {"app"}
    assert api.response["X-Cybozu-Error"] == "CB_VA01"


def test_revisions(api, made):
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}})
    change = {"app": made, "id": 1, "record": {"氏名": {"value": "b"}}}
    assert api.ok("PUT", "record", **change, revision="1") == {"revision": "2"}
    change["record"] = {"氏名": {"value": "c"}}
    api.fails(409, "GAIA_CO02", "PUT", "record", **change, revision=1)
    assert api.ok("PUT", "record", **change, revision=-1) == {"revision": "3"}
    api.fails(409, "GAIA_CO02", "DELETE", "records", app=made, ids=[1], revisions=[2])
    assert api.ok("DELETE", "records", app=made, ids=["1"], revisions=[-1]) == {}
    api.fails(404, "GAIA_RE01", "GET", "record", app=made, id=1)


def test_upsert(api, made):
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}, "番号": {"value": "A-1"}})
    done = api.ok(
        "PUT",
        "records",
        app=made,
        upsert=True,
        records=[
            {"updateKey": {"field": "番号", "value": "A-1"}, "record": {"氏名": {"value": "b"}}},
            {"updateKey": {"field": "番号", "value": "A-2"}, "record": {"氏名": {"value": "c"}}},
            {"id": "9007199254740991", "record": {"氏名": {"value": "d"}}},
        ],
    )["records"]
    assert [(r["id"], r["operation"], r["revision"]) for r in done] == [
        ("1", "UPDATE", "2"),
        ("2", "INSERT", "1"),
        ("3", "INSERT", "1"),
    ]
    assert value(api.ok("GET", "record", app=made, id=2)["record"], "番号") == "A-2"
    key = {"field": "番号", "value": "A-9"}
    api.fails(404, "GAIA_RE20", "PUT", "record", app=made, updateKey=key, record={})
    api.fails(400, "CB_VA01", "PUT", "record", app=made, updateKey={"field": "氏名", "value": "b"}, record={})


def test_lists(api, made):
    api.ok(
        "POST",
        "records",
        app=made,
        records=[{"氏名": {"value": f"n{n}"}, "人数": {"value": n}} for n in range(12)],
    )
    found = api.ok(
        "GET", "records", app=made, query="人数 >= 5 order by 人数 desc limit 3 offset 1", totalCount="true"
    )
    assert [value(r, "人数") for r in found["records"]] == ["10", "9", "8"]
    assert found["totalCount"] == "7"
    found = api.ok("GET", "records", app=made, fields=["人数", "$id"], query="$id = 3")
    assert found == {
        "records": [{"人数": {"type": "NUMBER", "value": "2"}, "$id": {"type": "__ID__", "value": "3"}}],
        "totalCount": None,
    }
    api.fails(400, "GAIA_IQ11", "GET", "records", app=made, query='ない = "1"')
    api.fails(400, "GAIA_IQ03", "GET", "records", app=made, query='氏名 > "1"')
    body = api.fails(400, "CB_VA01", "GET", "records", app=made, query="氏名 = ")
    assert set(body["errors"]) == {"query"}
    api.fails(400, "GAIA_QU01", "GET", "records", app=made, query="limit 2001")
    api.fails(400, "GAIA_QU02", "GET", "records", app=made, query="offset 10001")


def test_parameters_in_the_address(api, made, client):
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}})
    address = f"/k/guest/7/v1/records.json?app={made}&fields[0]=氏名&fields[1]=$id&totalCount=true"
    body = client.get(address, headers=api.headers).json()
    assert body["totalCount"] == "1"
    assert set(body["records"][0]) == {"氏名", "$id"}
    override = api.call("POST", "records", {"app": made}, **{"X-HTTP-Method-Override": "GET"})
    assert len(override["records"]) == 1
    gone = client.delete(f"/k/v1/records.json?app={made}&ids[0]=1", headers=api.headers)
    assert gone.status_code == 200
    assert gone.json() == {}


def test_a_cursor_is_a_snapshot(api, made):
    rows = [{"氏名": {"value": f"n{n:04}"}} for n in range(1_000)]
    api.ok("POST", "records", app=made, records=rows)
    made_ = api.ok("POST", "records/cursor", app=made, query="order by 氏名 desc", fields=["氏名"], size=400)
    assert made_["totalCount"] == "1000"
    api.ok("DELETE", "records", app=made, ids=[1000])
    api.ok("POST", "record", app=made, record={"氏名": {"value": "zzz"}})
    seen = []
    while True:
        step = api.ok("GET", "records/cursor", id=made_["id"])
        seen += [value(r, "氏名") for r in step["records"]]
        if not step["next"]:
            break
    assert seen == [f"n{n:04}" for n in range(998, -1, -1)]
    api.fails(404, "GAIA_CN01", "GET", "records/cursor", id=made_["id"])
    other = api.ok("POST", "records/cursor", app=made)
    assert api.ok("DELETE", "records/cursor", id=other["id"]) == {}
    api.fails(404, "GAIA_CN01", "DELETE", "records/cursor", id=other["id"])


def test_cursors_are_bounded_and_ones_own(api, made, api_of, monkeypatch):
    from tomoni.kintone import limits

    monkeypatch.setattr(limits, "CURSORS", 2)
    first = api.ok("POST", "records/cursor", app=made)
    api.ok("POST", "records/cursor", app=made)
    api.fails(429, "GAIA_TM12", "POST", "records/cursor", app=made)
    api_of("clerk").fails(404, "GAIA_CN01", "GET", "records/cursor", id=first["id"])


def test_a_bulk_request_is_all_or_nothing(api, made):
    other = api.ok("POST", "preview/app", name="もう一つ")["app"]
    fields = {"題": {"type": "SINGLE_LINE_TEXT", "code": "題", "label": "題", "required": True}}
    api.ok("POST", "preview/app/form/fields", app=other, properties=fields)
    api.ok("POST", "preview/app/deploy", apps=[{"app": other}])
    good = {
        "method": "POST",
        "api": "/k/v1/record.json",
        "payload": {"app": made, "record": {"氏名": {"value": "a"}}},
    }
    also = {
        "method": "POST",
        "api": "/k/guest/3/v1/records.json",
        "payload": {"app": other, "records": [{"題": {"value": "b"}}]},
    }
    bad = {
        "method": "POST",
        "api": "/k/v1/records.json",
        "payload": {"app": other, "records": [{"題": {"value": ""}}]},
    }
    body = api.call("POST", "bulkRequest", {"requests": [good, also, bad, good]})
    assert api.status == 400
    assert body["results"][:2] == [{}, {}]
    assert body["results"][3] == {}
    assert body["results"][2]["code"] == "CB_VA01"
    assert list(body["results"][2]["errors"]) == ["records[0].題.value"]
    for app in (made, other):
        assert api.ok("GET", "records", app=app, totalCount=True)["totalCount"] == "0"
    done = api.ok("POST", "bulkRequest", requests=[good, also])
    assert done["results"] == [{"id": "1", "revision": "1"}, {"ids": ["1"], "revisions": ["1"]}]
    api.fails(
        400,
        "CB_VA01",
        "POST",
        "bulkRequest",
        requests=[{"method": "GET", "api": "/k/v1/records.json", "payload": {}}],
    )


def test_a_hidden_field_is_not_there(api, made, api_of):
    rights = [
        {
            "entity": {"type": "GROUP", "code": "everyone"},
            "recordViewable": True,
            "recordAddable": True,
            "recordEditable": True,
        }
    ]
    api.ok("PUT", "app/acl", app=made, rights=rights)
    hidden = [
        {"code": "メモ", "entities": [{"accessibility": "WRITE", "entity": {"type": "USER", "code": "dx"}}]}
    ]
    shown = [
        {
            "code": "人数",
            "entities": [{"accessibility": "READ", "entity": {"type": "GROUP", "code": "everyone"}}],
        }
    ]
    api.ok("PUT", "field/acl", app=made, rights=[*hidden, *shown])
    api.ok(
        "POST",
        "record",
        app=made,
        record={"氏名": {"value": "a"}, "メモ": {"value": "m"}, "人数": {"value": 1}},
    )
    other = api_of("clerk")
    assert "メモ" not in other.ok("GET", "record", app=made, id=1)["record"]
    assert "メモ" not in other.ok("GET", "records", app=made)["records"][0]
    assert "メモ" not in other.ok("GET", "app/form/fields", app=made)["properties"]
    other.fails(400, "GAIA_IQ11", "GET", "records", app=made, query='メモ like "m"')
    cursor = other.ok("POST", "records/cursor", app=made, fields=["メモ", "氏名"])
    assert set(other.ok("GET", "records/cursor", id=cursor["id"])["records"][0]) == {"氏名"}
    other.ok("PUT", "record", app=made, id=1, record={"メモ": {"value": "x"}, "氏名": {"value": "b"}})
    assert value(api.ok("GET", "record", app=made, id=1)["record"], "メモ") == "m"
    body = other.fails(400, "CB_VA01", "PUT", "record", app=made, id=1, record={"人数": {"value": 2}})
    assert set(body["errors"]) == {"record.人数.value"}
    fields = other.ok("GET", "records/acl/evaluate", app=made, ids=[1])["rights"][0]["fields"]
    assert "メモ" not in fields


def test_files_are_seen_with_their_record(api, made, api_of, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    def upload(name: str, data: bytes) -> str:
        file = SimpleUploadedFile(name, data)
        done = client.post("/k/v1/file.json", {"file": file}, headers=api.headers)
        assert done.status_code == 200, done.content
        return done.json()["fileKey"]

    def get(caller, key: str):
        return caller.client.get("/k/v1/file.json", {"fileKey": key}, headers=caller.headers)

    key = upload("表 1.txt", "中身".encode())
    other = api_of("clerk")
    assert get(other, key).status_code == 404
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}, "添付": {"value": [{"fileKey": key}]}})
    item = value(api.ok("GET", "record", app=made, id=1)["record"], "添付")[0]
    assert (item["name"], item["size"]) == ("表 1.txt", "6")
    answer = get(api, item["fileKey"])
    assert b"".join(answer.streaming_content) == "中身".encode()
    assert "attachment" in answer["Content-Disposition"]
    rights = [{"entity": {"type": "USER", "code": "clerk"}, "recordAddable": True}]
    api.ok("PUT", "app/acl", app=made, rights=rights)
    assert get(other, item["fileKey"]).status_code == 404
    theirs = {"氏名": {"value": "b"}, "添付": {"value": [{"fileKey": item["fileKey"]}]}}
    other.fails(400, "CB_VA01", "POST", "record", app=made, record=theirs)
    api.fails(404, "GAIA_BL01", "GET", "file", fileKey=item["fileKey"] + "x")
    api.ok("DELETE", "records", app=made, ids=[1])
    assert get(api, item["fileKey"]).status_code == 404


def test_what_one_may_do_is_told_before(api, made, api_of):
    rights = [
        {
            "entity": {"type": "GROUP", "code": "everyone"},
            "recordViewable": True,
            "recordEditable": True,
            "recordDeletable": True,
        }
    ]
    api.ok("PUT", "app/acl", app=made, rights=rights)
    entity = {"entity": {"type": "GROUP", "code": "everyone"}, "viewable": True, "editable": False}
    api.ok("PUT", "record/acl", app=made, rights=[{"filterCond": "人数 > 10", "entities": [entity]}])
    grants = [{"accessibility": "READ", "entity": {"type": "GROUP", "code": "everyone"}}]
    api.ok("PUT", "field/acl", app=made, rights=[{"code": "メモ", "entities": grants}])
    api.ok(
        "POST", "records", app=made, records=[{"氏名": {"value": "a"}, "人数": {"value": n}} for n in (1, 20)]
    )
    found = api_of("clerk").ok("GET", "records/acl/evaluate", app=made, ids=[1, 2, 3])["rights"]
    assert [list(r["record"].values()) for r in found] == [[True] * 3, [True, False, False], [False] * 3]
    assert found[0]["fields"]["氏名"] == {"viewable": True, "editable": True}
    assert found[0]["fields"]["メモ"] == {"viewable": True, "editable": False}
    assert found[1]["fields"]["氏名"] == {"viewable": True, "editable": False}
    assert found[0]["fields"]["作成者"] == {"viewable": True, "editable": False}
