"""Settings of apps: drafts, deployment, revisions, and what goes round unchanged."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def schema(made):
    from tomoni.records import facade

    return facade.schema(code=facade.code_of(app_id=int(made)))


def test_an_app_is_there_for_settings_only_until_it_is_deployed(api):
    app = api.ok("POST", "preview/app", name="新しい")["app"]
    api.fails(404, "GAIA_AP01", "GET", "app", id=app)
    assert app not in [a["appId"] for a in api.ok("GET", "apps")["apps"]]
    before = api.ok("GET", "preview/app/form/fields", app=app)
    assert before["properties"]["ステータス"]["enabled"] is False
    api.ok("POST", "preview/app/deploy", apps=[{"app": app}])
    assert api.ok("GET", "app", id=app)["name"] == "新しい"


def test_revisions_of_settings_grow_and_are_checked(api, made):
    first = int(api.ok("GET", "preview/app/form/fields", app=made)["revision"])
    assert api.ok("GET", "app/form/fields", app=made)["revision"] == str(first)
    memo = {"追記": {"type": "MULTI_LINE_TEXT", "code": "追記", "label": "追記"}}
    added = int(
        api.ok("POST", "preview/app/form/fields", app=made, properties=memo, revision=first)["revision"]
    )
    assert added > first
    api.fails(409, "GAIA_CO02", "PUT", "preview/app/settings", app=made, name="x", revision=first)
    again = int(api.ok("PUT", "preview/app/settings", app=made, name="名", revision=added)["revision"])
    api.fails(409, "GAIA_CO02", "POST", "preview/app/deploy", apps=[{"app": made, "revision": added}])
    api.ok("POST", "preview/app/deploy", apps=[{"app": made, "revision": again}])
    assert api.ok("GET", "app/settings", app=made)["revision"] == str(again)
    later = api.ok("PUT", "preview/app/settings", app=made, name="名2")["revision"]
    assert int(later) > again


def test_a_deployment_that_cannot_be_says_why_and_changes_nothing(api, made):
    other = api.ok("POST", "preview/app", name="別")["app"]
    text = {"題": {"type": "SINGLE_LINE_TEXT", "code": "題", "label": "題"}}
    api.ok("POST", "preview/app/form/fields", app=other, properties=text)
    views = {"一覧": {"type": "LIST", "index": 0, "fields": ["ない"]}}
    api.ok("PUT", "preview/app/views", app=made, views=views)
    body = api.fails(400, "CB_VA01", "POST", "preview/app/deploy", apps=[{"app": other}, {"app": made}])
    assert body["errors"]
    api.fails(404, "GAIA_AP01", "GET", "app", id=other)


def test_fields_are_renamed_with_their_values(api, made):
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}, "メモ": {"value": "m"}})
    views = {"一覧": {"type": "LIST", "index": 0, "fields": ["メモ", "氏名"]}}
    api.ok("PUT", "preview/app/views", app=made, views=views)
    change = {"メモ": {"type": "MULTI_LINE_TEXT", "code": "備考", "label": "備考"}}
    api.ok("PUT", "preview/app/form/fields", app=made, properties=change)
    api.ok("POST", "preview/app/deploy", apps=[{"app": made}])
    assert api.ok("GET", "record", app=made, id=1)["record"]["備考"]["value"] == "m"
    assert api.ok("GET", "app/views", app=made)["views"]["一覧"]["fields"] == ["備考", "氏名"]


def test_system_fields_take_other_codes(api, made):
    change = {"作成者": {"type": "CREATOR", "code": "登録者", "label": "登録者"}}
    api.ok("PUT", "preview/app/form/fields", app=made, properties=change)
    api.ok("POST", "preview/app/deploy", apps=[{"app": made}])
    properties = api.ok("GET", "app/form/fields", app=made)["properties"]
    assert properties["登録者"]["type"] == "CREATOR"
    assert "作成者" not in properties
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}})
    record = api.ok("GET", "record", app=made, id=1)["record"]
    assert record["登録者"]["value"]["code"] == "dx"
    found = api.ok("GET", "records", app=made, query="登録者 in (LOGINUSER())", fields=["登録者"])
    assert len(found["records"]) == 1


def test_choices_keep_their_order_and_defaults_of_the_moment_are_filled_in(api, made):
    now = {
        "受付日": {"type": "DATE", "code": "受付日", "label": "受付日", "defaultNowValue": True},
        "受付者": {
            "type": "USER_SELECT",
            "code": "受付者",
            "label": "受付者",
            "defaultValue": [{"type": "FUNCTION", "code": "LOGINUSER()"}],
        },
        "順": {
            "type": "RADIO_BUTTON",
            "code": "順",
            "label": "順",
            "options": {"い": {"label": "い", "index": "1"}, "あ": {"label": "あ", "index": "0"}},
        },
    }
    api.ok("POST", "preview/app/form/fields", app=made, properties=now)
    api.ok("POST", "preview/app/deploy", apps=[{"app": made}])
    properties = api.ok("GET", "app/form/fields", app=made)["properties"]
    assert properties["受付日"]["defaultNowValue"] is True
    assert [o["label"] for o in properties["順"]["options"].values()] == ["あ", "い"]
    assert properties["受付者"]["defaultValue"][0]["code"] == "LOGINUSER()"
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}})
    record = api.ok("GET", "record", app=made, id=1)["record"]
    assert len(record["受付日"]["value"]) == 10
    assert record["受付者"]["value"][0]["code"] == "dx"


def test_rights_are_in_use_at_once_and_a_waiting_draft_takes_them_over(api, made):
    api.ok("PUT", "preview/app/settings", app=made, name="下書き")
    rights = [
        {"entity": {"type": "USER", "code": "dx"}, "recordViewable": True, "appEditable": True},
        {"entity": {"type": "ORGANIZATION", "code": "kenko"}, "includeSubs": True, "recordViewable": True},
        {"entity": {"type": "CREATOR"}, "recordEditable": True},
    ]
    api.ok("PUT", "app/acl", app=made, rights=rights)
    assert [r.who for r in schema(made).rights][1:] == ["department:kenko", "creator"]
    for path in ("app/acl", "preview/app/acl"):
        shown = api.ok("GET", path, app=made)["rights"]
        assert [r["entity"] for r in shown] == [
            {"type": "USER", "code": "dx"},
            {"type": "ORGANIZATION", "code": "kenko"},
            {"type": "CREATOR", "code": None},
        ]
        assert [r["includeSubs"] for r in shown] == [False, True, False]
    assert api.ok("GET", "preview/app/settings", app=made)["name"] == "下書き"
    nobody = [{"entity": {"type": "USER", "code": "nobody"}}]
    api.fails(400, "GAIA_IL26", "PUT", "app/acl", app=made, rights=nobody)


def test_a_process_is_switched_off_and_on_again(api, made):
    states = {"受付": {"name": "受付", "index": "0"}, "完了": {"name": "完了", "index": "1"}}
    actions = [{"name": "終える", "from": "受付", "to": "完了"}]
    api.ok("PUT", "preview/app/status", app=made, enable=True, states=states, actions=actions)
    api.ok("PUT", "preview/app/status", app=made, enable=False)
    off = api.ok("GET", "preview/app/status", app=made)
    assert (off["enable"], list(off["states"])) == (False, ["受付", "完了"])
    api.ok("PUT", "preview/app/status", app=made, enable=True)
    on = api.ok("GET", "preview/app/status", app=made)
    assert on["actions"] == [
        {"name": "終える", "from": "受付", "to": "完了", "filterCond": "", "type": "PRIMARY"}
    ]


def test_records_follow_a_renamed_state(api, made):
    states = {"受付": {"name": "受付", "index": "0"}, "完了": {"name": "完了", "index": "1"}}
    actions = [{"name": "終える", "from": "受付", "to": "完了"}]
    api.ok("PUT", "preview/app/status", app=made, enable=True, states=states, actions=actions)
    api.ok("POST", "preview/app/deploy", apps=[{"app": made}])
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}})
    states["受付"]["name"] = "新規受付"
    actions[0]["from"] = "新規受付"
    api.ok("PUT", "preview/app/status", app=made, states=states, actions=actions)
    api.ok("POST", "preview/app/deploy", apps=[{"app": made}])
    assert api.ok("GET", "record", app=made, id=1)["record"]["ステータス"]["value"] == "新規受付"


def test_a_group_of_the_layout_comes_and_goes(api, made):
    group = {"まとめ": {"type": "GROUP", "code": "まとめ", "label": "まとめ", "openGroup": True}}
    api.ok("POST", "preview/app/form/fields", app=made, properties=group)
    shown = api.ok("GET", "preview/app/form/fields", app=made)["properties"]["まとめ"]
    assert shown == {**group["まとめ"], "noLabel": False}
    layout = [
        {
            "type": "GROUP",
            "code": "まとめ",
            "layout": [{"type": "ROW", "fields": [{"type": "DATE", "code": "日付"}]}],
        }
    ]
    api.ok("PUT", "preview/app/form/layout", app=made, layout=layout)
    api.ok("POST", "preview/app/deploy", apps=[{"app": made}])
    found = api.ok("GET", "app/form/layout", app=made)["layout"]
    assert found[0] == layout[0]
    assert {"type": "SUBTABLE", "code": "明細"}.items() <= found[-1].items()
    api.ok("DELETE", "preview/app/form/fields", app=made, fields=["まとめ"])
    api.ok("POST", "preview/app/deploy", apps=[{"app": made}])
    found = api.ok("GET", "app/form/layout", app=made)["layout"]
    assert found[0]["fields"][0]["code"] == "日付"


def test_a_view_query_is_split_and_joined():
    from tomoni.kintone.calls.viewdefs import join_query, split_query

    for condition, sort in (
        ("", ""),
        ("a = 1", ""),
        ("", "a desc"),
        ('題 = "x order by y" and b = 2', "a desc, b asc"),
        ('題 = "\\" order by "', "a asc"),
    ):
        assert split_query(join_query(condition, sort)) == (condition, sort)


def test_every_call_says_something_without_parameters(api, made):
    """No call of the table ends in a server error, whatever is missing."""
    from tomoni.kintone.call import ROUTES

    for name, method in sorted(ROUTES):
        for params in ({}, {"app": made}, {"app": "x"}, {"app": made, "id": [], "records": 3, "rights": {}}):
            body = api.call(method, name, params)
            assert api.status < 500, (method, name, params, body)
            assert api.status == 200 or "code" in body or "results" in body, (method, name, body)
