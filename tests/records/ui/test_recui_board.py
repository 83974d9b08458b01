"""Boards: columns, cards, moves by the process and by choice, stale cards, bounded queries."""

from __future__ import annotations

import pytest

from tomoni.records import facade
from tomoni.records.schema.spec import RightSpec, ViewSpec

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"


@pytest.fixture
def boards(dental, actor):
    views = (
        *dental.views,
        ViewSpec("進み具合", "board", columns=("人数", "担当者"), options={"by": "ステータス"}),
        ViewSpec("種類別", "board", options={"by": "種類"}),
    )
    return facade.set_views(actor=actor("dx"), app="dental", views=views)


def columns(response):
    return {c.label: [card.id for card in c.cards] for c in response.context["columns"]}


def test_cards_stand_by_state_and_move_by_the_process_only(boards, add, client_as):
    first, second = add(2)
    clerk = client_as("clerk")
    page = clerk.get(f"{BASE}board/?view=進み具合")
    assert columns(page) == {"受付": [second.id, first.id], "確認": [], "完了": []}
    card = page.context["columns"][0].cards[0]
    assert [(m.to, m.value) for m in card.moves] == [("確認", "確認を始める")]
    assert [c.label for c in card.cells] == ["来る人数", "担当者"]
    data = {"view": "進み具合", "id": first.id, "_revision": first.revision}
    assert clerk.post(f"{BASE}board/move/", data | {"_action": "完了にする"}).status_code == 302
    assert facade.get(actor=card_actor(clerk), app="dental", record=first.id).status == "受付"
    clerk.post(f"{BASE}board/move/", data | {"_action": "確認を始める"})
    page = clerk.get(f"{BASE}board/?view=進み具合")
    assert columns(page) == {"受付": [second.id], "確認": [first.id], "完了": []}
    stale = clerk.post(f"{BASE}board/move/", data | {"_action": "完了にする"})
    assert stale.status_code == 409
    assert columns(stale)["確認"] == [first.id]


def card_actor(client):
    from tomoni.people.facade import actor_for
    from tomoni.people.models import User

    return actor_for(User.objects.get(pk=client.session["_auth_user_id"]))


def test_cards_move_by_choice(boards, add, client_as):
    (record,) = add(1, 種類="むし歯")
    (empty,) = add(1)
    clerk = client_as("clerk")
    page = clerk.get(f"{BASE}board/?view=種類別")
    assert columns(page) == {"むし歯": [record.id], "歯みがき": [], "そのほか": [], "（空）": [empty.id]}
    data = {"view": "種類別", "id": record.id, "_revision": record.revision}
    clerk.post(f"{BASE}board/move/", data | {"_value": "歯みがき"})
    clerk.post(f"{BASE}board/move/", data | {"id": empty.id, "_value": "ない選択肢"})
    assert columns(clerk.get(f"{BASE}board/?view=種類別")) == {
        "むし歯": [], "歯みがき": [record.id], "そのほか": [], "（空）": [empty.id],
    }  # fmt: skip
    page = clerk.get(f"{BASE}board/?view=種類別")
    for column in page.context["columns"]:
        assert len(clerk.get(column.url).context["rows"]) == column.count


def test_who_may_only_look_has_no_moves(boards, add, actor, client_as):
    (record,) = add(1)
    facade.set_rights(
        actor=actor("dx"), app="dental", rights=(RightSpec("staff", ("view",)),), record_rule=""
    )
    manager = client_as("manager")
    page = manager.get(f"{BASE}board/?view=種類別")
    assert page.context["movable"] is False
    data = {"view": "種類別", "id": record.id, "_revision": record.revision, "_value": "むし歯"}
    assert manager.post(f"{BASE}board/move/", data).status_code in (302, 403)
    assert facade.get(actor=card_actor(manager), app="dental", record=record.id).values["種類"] == ""
    assert manager.get(f"{BASE}board/?view=ない").status_code == 404


def test_queries_do_not_grow_with_cards(boards, add, client_as, django_assert_max_num_queries):
    clerk = client_as("clerk")
    add(2)
    clerk.get(f"{BASE}board/?view=進み具合")
    with django_assert_max_num_queries(18):
        clerk.get(f"{BASE}board/?view=進み具合")
    add(35)
    with django_assert_max_num_queries(18):
        page = clerk.get(f"{BASE}board/?view=進み具合")
    column = page.context["columns"][0]
    assert (column.count, len(column.cards), column.more) == (37, 30, 7)
