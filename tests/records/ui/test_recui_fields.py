"""The new fields on pages: forms that are posted, the record's page, suggestions, what is shown under a condition."""

from __future__ import annotations

import pytest

from tomoni.core import jobs
from tomoni.records import facade
from tomoni.records.schema.spec import AppSpec, FieldSpec, RightSpec

ALL = (RightSpec("staff", ("view", "add", "edit", "delete")),)
STATEMENT = {"statement": "同意の文 & 条件", "version": "1"}


def field(code, kind, **more):
    return FieldSpec(code=code, type=kind, label=code, **more)


@pytest.fixture
def apps(actor):
    dx = actor("dx")
    source = AppSpec(
        code="park", name="施設", rights=ALL, fields=(field("番号", "text"), field("名称", "text"))
    )
    facade.create_app(actor=dx, spec=source)
    facade.create_record(actor=dx, app="park", values={"番号": "A-1", "名称": "中央体育館"})
    pick = {"app": "park", "key": "番号", "copies": [{"from": "名称", "to": "名"}], "show": ["名称"]}
    spec = AppSpec(code="many", name="いろいろ", rights=ALL, fields=(
        field("有無", "radio", options={"choices": ["ある", "ない"]}),
        field("理由", "text", required=True, visible_if='有無 = "ある"'),
        field("種類", "checkbox", options={"choices": ["い", "ろ"]}),
        field("分類", "category", options={"choices": ["道路/舗装", "公園"]}),
        field("時刻", "time"), field("先", "link"), field("文", "richtext"), field("住所", "address"),
        field("同意", "consent", options=STATEMENT), field("役", "group"),
        field("施設", "lookup", options=pick), field("名", "text"),
        field("数", "number"), field("倍", "calc", options={"formula": "数 * 2", "unit": "円"}),
    ))  # fmt: skip
    facade.create_app(actor=dx, spec=spec)
    same = {"app": "many", "this": "番号", "that": "施設", "show": ["名", "倍"]}
    facade.add_field(actor=dx, app="park", field=field("利用", "reference", options=same))
    return dx


POSTED = {
    "有無": "ない", "理由": "", "種類": ["い", "ろ"], "分類": ["道路/舗装"], "時刻": "9時30分", "先": "https://example.jp/?a=1&b=2",
    "文": "<p>あ<b>い</b></p><script>alert(1)</script>", "住所.postal": "501-1234", "住所.prefecture": "岐阜県",
    "住所.city": "岐阜市", "住所.town": "今沢町", "住所.block": "18", "住所.building": "", "同意": "on", "役": ["manager"],
    "施設": "A-1", "名": "", "数": "21", "_request": "r1",
}  # fmt: skip


def test_a_form_with_every_new_field_is_posted_and_shown(apps, client_as):
    client = client_as("dx")
    page = client.get("/build/apps/many/new/").content.decode()
    assert "data-visible-if=" in page
    assert "同意の文 &amp; 条件" in page
    assert 'autocomplete="address-level1"' in page
    assert 'data-lookup="/build/apps/many/lookup/' in page
    assert "倍" not in page
    assert "「施設」を入れると、保存のときに入ります。" in page
    answer = client.post("/build/apps/many/new/", POSTED)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    record = facade.find(actor=apps, app="many").records[0]
    assert record.values["分類"] == ["道路", "道路/舗装"]
    assert record.values["同意"]["version"] == "1"
    shown = client.get(answer.url).content.decode()
    for text in (
        "09:30",
        "<p>あ<b>い</b></p>",
        "〒501-1234 岐阜県岐阜市今沢町18",
        "同意 20",
        "管理職",
        "道路/舗装",
        "中央体育館",
        "42円",
    ):
        assert text in shown, text
    assert 'href="https://example.jp/?a=1&amp;b=2" rel="noopener noreferrer"' in shown
    assert 'href="/build/apps/park/1/"' in shown
    assert "<script>alert" not in shown
    again = {**POSTED, "同意": "kept", "_revision": "1"}
    assert client.post(f"/build/apps/many/{record.id}/edit/", again).status_code == 302
    assert facade.get(actor=apps, app="many", record=record.id).values["同意"] == record.values["同意"]


def test_a_field_that_came_into_sight_is_asked_for(apps, client_as):
    answer = client_as("dx").post("/build/apps/many/new/", {**POSTED, "有無": "ある"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="f-理由-e"' in page
    assert 'value="今沢町"' in page
    assert 'value="9時30分"' in page


def test_suggestions_name_records_that_the_person_may_see(apps, client_as):
    url = "/build/apps/many/lookup/施設/"
    assert client_as("dx").get(url, {"q": "a-"}).json() == {"found": [{"key": "A-1", "note": "中央体育館"}]}
    assert client_as("dx").get(url, {"q": "無い"}).json() == {"found": []}
    assert client_as("dx").get("/build/apps/many/lookup/名/").status_code == 404
    facade.set_rights(actor=apps, app="park", rights=())
    assert client_as("clerk").get(url).json() == {"found": []}


def test_related_records_and_copying_again(apps, client_as):
    client = client_as("dx")
    client.post("/build/apps/many/new/", POSTED)
    page = client.get("/build/apps/park/1/").content.decode()
    assert 'href="/build/apps/many/1/"' in page
    assert "42円" in page
    facade.update_record(actor=apps, app="park", record=1, values={"名称": "新しい館"})
    assert "ルックアップを写し直す" in client.get("/build/apps/many/1/").content.decode()
    assert client.post("/build/apps/many/1/again/").status_code == 302
    assert facade.get(actor=apps, app="many", record=1).values["名"] == "新しい館"
    facade.update_record(actor=apps, app="park", record=1, values={"名称": "三代目"})
    assert client.post("/build/apps/many/lookup/施設/again/").status_code == 302
    jobs.drain()
    assert facade.get(actor=apps, app="many", record=1).values["名"] == "三代目"


def test_the_list_opens_with_every_new_field(apps, client_as):
    client = client_as("dx")
    client.post("/build/apps/many/new/", POSTED)
    assert client.get("/build/apps/many/").status_code == 200
    assert client.get("/build/apps/many/csv/").status_code == 200
    assert client.get("/build/apps/park/").status_code == 200
    assert client.get("/build/apps/many/form/").status_code == 200
    assert client.get("/build/apps/many/form/preview/").status_code == 200


@pytest.mark.parametrize(
    "condition",
    ["有無~in~ない", "種類~in~い", "分類~in~道路", "時刻~ge~9:00", "先~like~example", "文~like~あい", "住所~like~今沢町",
     "同意~filled~", "施設~eq~a-1", "倍~ge~42", "役~x~"],
)  # fmt: skip
def test_the_list_is_narrowed_by_the_new_fields(apps, client_as, condition):
    client = client_as("dx")
    client.post("/build/apps/many/new/", POSTED)
    answer = client.get("/build/apps/many/", {"c": condition})
    if condition.startswith("役"):
        assert "条件を読み取れませんでした" in answer.content.decode()
    else:
        assert 'href="/build/apps/many/1/"' in answer.content.decode(), condition
