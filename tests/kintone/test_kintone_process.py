"""Moving records on: who acts, who is chosen next, and what is answered when it cannot be."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def user(code: str) -> dict:
    return {"entity": {"type": "USER", "code": code}}


@pytest.fixture
def flow(api, made, person) -> str:
    """受付 → 確認 (one of two is chosen) → 完了."""
    person("clerk"), person("manager")
    states = {
        "受付": {"name": "受付", "index": "0", "assignee": {"type": "ONE", "entities": []}},
        "確認": {
            "name": "確認",
            "index": "1",
            "assignee": {"type": "ONE", "entities": [user("clerk"), user("manager")]},
        },
        "完了": {"name": "完了", "index": "2", "assignee": {"type": "ONE", "entities": []}},
    }
    actions = [
        {"name": "回す", "from": "受付", "to": "確認", "filterCond": "人数 > 0"},
        {"name": "終える", "from": "確認", "to": "完了"},
    ]
    api.ok("PUT", "preview/app/status", app=made, enable=True, states=states, actions=actions)
    api.ok("POST", "preview/app/deploy", apps=[{"app": made}])
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}, "人数": {"value": 1}})
    return made


def test_the_next_one_is_chosen_and_nobody_else_acts(api, flow, api_of):
    move = {"app": flow, "id": 1}
    api.fails(400, "GAIA_SA01", "PUT", "record/status", **move, action="回す")
    api.fails(400, "GAIA_SA01", "PUT", "record/status", **move, action="回す", assignee="dx")
    api.fails(400, "GAIA_IL26", "PUT", "record/status", **move, action="回す", assignee="nobody")
    assert api.ok("PUT", "record/status", **move, action="回す", assignee="clerk") == {"revision": "2"}
    record = api.ok("GET", "record", app=flow, id=1)["record"]
    assert record["ステータス"] == {"type": "STATUS", "value": "確認"}
    assert [u["code"] for u in record["作業者"]["value"]] == ["clerk"]
    api.fails(403, "GAIA_NT01", "PUT", "record/status", **move, action="終える")
    api_of("manager").fails(403, "GAIA_NT01", "PUT", "record/status", **move, action="終える")
    assert api_of("clerk").ok("PUT", "record/status", **move, action="終える", revision=2)
    found = api.ok("GET", "records", app=flow, query='ステータス in ("完了") and 作業者 is empty')
    assert len(found["records"]) == 1


def test_what_does_not_fit_is_undone_as_a_whole(api, flow):
    api.ok("POST", "record", app=flow, record={"氏名": {"value": "b"}})
    moves = [
        {"id": 1, "action": "回す", "assignee": "clerk"},
        {"id": 2, "action": "回す", "assignee": "clerk"},
    ]
    api.fails(400, "GAIA_IL03", "PUT", "records/status", app=flow, records=moves)
    assert api.ok("GET", "record", app=flow, id=1)["record"]["ステータス"]["value"] == "受付"
    api.fails(400, "GAIA_IL03", "PUT", "record/status", app=flow, id=1, action="ない")
    api.fails(404, "GAIA_RE01", "PUT", "record/status", app=flow, id=9, action="回す")
    done = api.ok("PUT", "records/status", app=flow, records=moves[:1])
    assert done == {"records": [{"id": "1", "revision": "2"}]}


def test_assignees_are_replaced(api, flow):
    api.ok("PUT", "record/assignees", app=flow, id=1, assignees=["manager", "clerk"], revision=1)
    record = api.ok("GET", "record", app=flow, id=1)["record"]
    assert [u["code"] for u in record["作業者"]["value"]] == ["manager", "clerk"]
    api.fails(409, "GAIA_CO02", "PUT", "record/assignees", app=flow, id=1, assignees=[], revision=1)
    assert api.ok("PUT", "record/assignees", app=flow, id=1, assignees=[]) == {"revision": "3"}


def test_without_a_process_there_is_none(api, made):
    api.ok("POST", "record", app=made, record={"氏名": {"value": "a"}})
    api.fails(400, "GAIA_ST02", "PUT", "record/status", app=made, id=1, action="x")
    api.fails(400, "GAIA_ST02", "PUT", "record/assignees", app=made, id=1, assignees=[])
