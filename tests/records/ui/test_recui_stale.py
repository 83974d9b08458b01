"""Settings that two people change at once: the second is shown both versions (409) and may then save knowingly."""

from __future__ import annotations

import re

import pytest

from tomoni.records import facade

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"
PROCESS = {
    "was": ["受付", "確認", "完了"],
    "state": ["受付", "確認", "完了"],
    "kind": ["new", "doing", "done"],
    "step": ["", "", ""],
    "action": ["進める"],
    "source": ["受付"],
    "target": ["確認"],
    "condition": [""],
}


@pytest.mark.parametrize(
    ("page", "mine", "changed"),
    [
        ("process/", PROCESS, lambda a: [x.name for x in a.actions] == ["進める"]),
        ("views/0/", {"name": "わたしの一覧", "query": ""}, lambda a: a.views[0].name == "わたしの一覧"),
        ("about/", {"name": "わたしの名前", "description": ""}, lambda a: a.name == "わたしの名前"),
    ],
)
def test_a_stale_setting_shows_both_versions(dental, client_as, actor, page, mine, changed):
    client = client_as("dx")
    facade.set_views(actor=actor("dx"), app="dental", views=facade.schema(code="dental").views[:1] or ())
    if not facade.schema(code="dental").views:
        client.post(BASE + "views/", {"name": "一覧", "kind": "list"})
    opened = re.search(r'name="opened_on" value="(\w+)"', client.get(BASE + page).content.decode())[1]
    theirs = {
        "process/": PROCESS | {"action": ["ほかの人の処理"]},
        "views/0/": {"name": "ほかの人の一覧", "query": ""},
        "about/": {"name": "ほかの人の名前", "description": ""},
    }[page]
    assert client.post(BASE + page, theirs | {"opened_on": opened}).status_code == 302
    answer = client.post(BASE + page, mine | {"opened_on": opened})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "ほかの人が先に保存しました" in text
    assert "ほかの人の" in text
    assert not changed(facade.schema(code="dental"))
    again = re.search(r'name="opened_on" value="(\w+)"', text)[1]
    assert client.post(BASE + page, mine | {"opened_on": again}).status_code == 302
    assert changed(facade.schema(code="dental"))
