"""Pages of rights, process, stays in states and deputies, and what the record's page shows of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tomoni.core import clock
from tomoni.records import facade
from tomoni.records.duty.models import Delegation
from tomoni.records.schema.spec import AssigneeSpec, StateSpec
from tomoni.records.views.picture import picture

BASE = "/build/apps/dental"


@pytest.fixture
def manage(client_as, dental):
    return client_as("dx")


def rules():
    return facade.schema(code="dental").record_rights


def test_rules_on_records_are_added_moved_and_removed(manage, person):
    person("clerk")
    page = f"{BASE}/rights/"
    new = {
        "_part": "record",
        "_do": "add",
        "ready": 'ステータス in ("完了")',
        "who": "role:dx",
        "level": "edit",
    }
    assert manage.post(page, new).status_code == 302
    assert (
        manage.post(page, new | {"ready": "", "who": "", "who_person": "clerk", "level": "view"}).status_code
        == 302
    )
    assert [r.query for r in rules()] == ['ステータス in ("完了")', ""]
    html = manage.get(page).content.decode()
    assert "「状態」が「完了」なら" in html
    assert "テスト clerk: 見る" in html
    manage.post(page, {"_part": "record", "_do": "up", "rule": "1"})
    assert [r.query for r in rules()] == ["", 'ステータス in ("完了")']
    grant = {"_part": "record", "_do": "grant", "rule": "0", "who": "creator", "level": "delete"}
    manage.post(page, grant)
    assert rules()[0].grants[1].verbs == ("view", "edit", "delete")
    manage.post(page, {"_part": "record", "_do": "ungrant", "rule": "0", "grant": "0"})
    assert [g.who for g in rules()[0].grants] == ["creator"]
    manage.post(page, {"_part": "record", "_do": "delete", "rule": "0"})
    assert len(rules()) == 1
    assert manage.post(page, {"_part": "record", "_do": "delete", "rule": "7"}).status_code == 404
    assert manage.post(page, new | {"query": "無い項目 = 1"}).status_code == 422
    assert manage.post(page, new | {"who": ""}).status_code == 422
    assert len(rules()) == 1


def test_rules_on_fields_and_the_trial_that_names_them(manage, client_as, add):
    add(1, 内容="痛みます")
    page = f"{BASE}/rights/"
    new = {"_part": "field", "_do": "grant", "field": "内容", "who": "role:dx", "level": "edit"}
    assert manage.post(page, new).status_code == 302
    html = manage.get(page, {"person": "clerk", "field": "内容", "record": "1"}).content.decode()
    assert "項目「相談したいこと」の権限に、この人に許す行がありません。" in html
    clerk = client_as("clerk")
    for path in ("/", "/1/", "/1/edit/", "/csv/", "/new/"):
        answer = clerk.get(BASE + path)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for word in ("相談したいこと", "痛みます"):
            assert word not in text.decode("utf-8", "replace"), path
    manage.post(page, {"_part": "field", "_do": "delete", "field": "内容"})
    assert facade.schema(code="dental").field_rights == ()
    assert "痛みます" in clerk.get(f"{BASE}/1/").content.decode()


def test_the_process_page_keeps_assignees_and_deadlines(manage, person):
    app = facade.schema(code="dental")
    form = {
        "state": [s.name for s in app.states], "was": [s.name for s in app.states], "kind": [s.kind for s in app.states],
        "step": ["", "", ""], "action": [a.name for a in app.actions], "source": [a.source for a in app.actions],
        "target": [a.target for a in app.actions], "condition": ["", "", ""],
        "assignee_kind.1": "all", "assignee.1_new": "role:manager", "deadline.1": "5", "escalate.1_new": "head",
        "returns_new": "role:dx", "who.0_new": "creator",
    }  # fmt: skip
    assert manage.post(f"{BASE}/process/", form).status_code == 302
    state = facade.schema(code="dental").states[1]
    assert (state.assignee, state.deadline_days, state.escalate) == (
        AssigneeSpec("all", ("role:manager",)),
        5,
        ("head",),
    )
    assert facade.schema(code="dental").settings["returns"] == ["role:dx"]
    assert facade.schema(code="dental").actions[0].who == ("creator",)
    html = manage.get(f"{BASE}/process/").content.decode()
    assert "役割: 管理職の全員が処理すると、次へ進みます。5日を過ぎると作業者に知らせます。" in html
    assert "<svg" in html
    again = form | {"assignee.1": ["role:manager"], "assignee.1_new": "", "deadline.1": "0"}
    assert manage.post(f"{BASE}/process/", again).status_code == 422


def test_the_picture_has_a_box_for_each_state_and_an_arrow_for_each_way():
    app_states = tuple(StateSpec(n) for n in "ABC")
    from tomoni.records.schema.spec import ActionSpec

    steps = (ActionSpec("次", "A", "B"), ActionSpec("飛ぶ", "A", "C"), ActionSpec("戻る", "C", "A"))
    made = picture(app_states, steps)
    assert [b.name for b in made.boxes] == ["A", "B", "C"]
    assert sorted(a.name for a in made.arrows) == ["戻る", "次", "飛ぶ"]
    assert {a.anchor for a in made.arrows if a.name == "戻る"} == {"end"}


def approve(actor, person, kind="all"):
    """An approval by two people in the second state."""
    from dataclasses import replace

    app = facade.schema(code="dental")
    both = tuple(f"user:{person(r).pk}" for r in ("dx", "manager"))
    states = [
        s if s.name != "確認" else replace(s, assignee=AssigneeSpec(kind, both), deadline_days=2)
        for s in app.states
    ]
    facade.set_process(
        actor=actor("dx"), app="dental", states=states, actions=app.actions, returns=["role:dx"]
    )


def test_who_has_acted_and_who_has_not_is_shown(client_as, dental, actor, person, add):
    approve(actor, person)
    add(1)
    clerk, dx = client_as("clerk"), client_as("dx")
    clerk.post(f"{BASE}/1/act/", {"_action": "確認を始める"})
    assert "あなたができる処理はありません" in clerk.get(f"{BASE}/1/").content.decode()
    answer = dx.post(f"{BASE}/1/act/", {"_action": "完了にする"}, follow=True).content.decode()
    assert "あと1人の処理を待っています" in answer
    assert "テスト dx: 完了にする" in answer
    assert "テスト manager: <span" in answer
    back = {"_to": "受付", "_comment": ""}
    assert dx.post(f"{BASE}/1/return/", back).status_code == 422
    assert clerk.post(f"{BASE}/1/return/", back | {"_comment": "x"}).status_code == 403
    assert dx.post(f"{BASE}/1/return/", back | {"_comment": "書類が足りません"}).status_code == 302
    assert "書類が足りません" in dx.get(f"{BASE}/1/").content.decode()


def test_the_next_assignee_is_chosen_on_the_page(client_as, dental, actor, person, add):
    approve(actor, person, "one")
    add(1)
    clerk = client_as("clerk")
    assert "次の作業者" in clerk.get(f"{BASE}/1/").content.decode()
    assert clerk.post(f"{BASE}/1/act/", {"_action": "確認を始める"}).status_code == 422
    chosen = {"_action": "確認を始める", "_assignee": str(person("manager").pk)}
    assert clerk.post(f"{BASE}/1/act/", chosen).status_code == 302
    assert "作業者: テスト manager" in clerk.get(f"{BASE}/1/").content.decode()


def test_days_in_each_state_link_to_what_waits(client_as, dental, actor, person, add):
    add(2)
    html = client_as("clerk").get(f"{BASE}/stuck/").content.decode()
    assert "2件</a>" in html
    assert client_as("manager").get(f"{BASE}/stuck/?days=90").status_code == 200
    assert client_as("resident").get(f"{BASE}/stuck/").status_code in (403, 404)


def test_a_deputy_is_named_and_ended_on_the_page(client_as, dental, person):
    person("dx")
    clerk = client_as("clerk")
    until = clock.today() + timedelta(days=3)
    form = {
        "deputy": "dx",
        "starts": clock.today().isoformat(),
        "until": until.isoformat(),
        "apps": ["dental"],
    }
    assert clerk.post("/build/duty/", form | {"deputy": "だれか"}).status_code == 422
    assert clerk.post("/build/duty/", form | {"starts": "いつか"}).status_code == 422
    assert clerk.post("/build/duty/", form).status_code == 302
    html = clerk.get("/build/duty/").content.decode()
    assert "テスト dx" in html
    assert "歯科相談" in html
    made = Delegation.objects.get()
    assert (made.apps, made.ends) == (["dental"], until + timedelta(days=1))
    assert client_as("manager").get("/build/duty/").content.decode().count("テスト dx") >= 1
    assert clerk.post(f"/build/duty/{made.pk}/end/").status_code == 302
    assert Delegation.objects.filter(ended_at__isnull=True).count() == 0


def test_a_deputy_is_marked_in_the_history(client_as, dental, actor, person, add):
    from tomoni.records.duty import facade as duty

    approve(actor, person, "one")
    add(1)
    client_as("clerk").post(
        f"{BASE}/1/act/", {"_action": "確認を始める", "_assignee": str(person("manager").pk)}
    )
    duty.delegate(
        actor=actor("manager"), user=person("manager").pk, deputy=person("clerk").pk, starts=clock.today()
    )
    clerk = client_as("clerk")
    assert "完了にする" in clerk.get(f"{BASE}/1/").content.decode()
    clerk.post(f"{BASE}/1/act/", {"_action": "完了にする"})
    assert "テスト clerk（テスト managerの代理）" in clerk.get(f"{BASE}/1/").content.decode()
