"""The builder and the settings: every change through the engine, every button leads somewhere."""

from __future__ import annotations

import pytest
from django.db import connection

from tomoni.records import facade
from tomoni.records.ddl import names

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"


def test_new_app_from_a_name_and_rows(section, client_as):
    client = client_as("dx")
    values = {
        "name": "備品の貸出",
        "label": ["借りる人", "", "返す日"],
        "type": ["text", "text", "date"],
        "required": ["0"],
        "task_id": "T-9",
    }
    made = client.post("/build/new/", values)
    assert made.status_code == 302
    code = made["Location"].split("/")[3]
    app = facade.schema(code=code)
    assert [(f.code, f.type, f.required) for f in app.fields] == [
        ("借りる人", "text", True),
        ("返す日", "date", False),
    ]
    assert app.task_id == "T-9"
    assert client.get(f"/build/apps/{code}/").status_code == 200
    assert client_as("clerk").get(f"/build/apps/{code}/").status_code == 200, (
        "the maker's section works in it"
    )
    assert client.post("/build/new/", {"name": ""}).status_code == 422
    assert client.post("/build/new/", {"name": "a", "code": "ダメ！"}).status_code == 422
    assert client.post("/build/new/", {"name": "a", "label": ["x"], "type": ["evil"]}).status_code == 422


def test_take_off_and_bring_back(dental, add, client_as, actor):
    """A field that was deployed away comes back from the trash with its values."""
    add(1)
    client = client_as("dx")
    facade.delete_field(actor=actor("dx"), app="dental", field="人数")
    trashed = facade.schema(code="dental").trash[0]
    assert "来る人数" in client.get(BASE + "form/").content.decode()
    assert client.post(BASE + "form/restore/", {"field": str(trashed.id)}).status_code == 302
    assert facade.get(actor=actor("dx"), app="dental", record=1).values["人数"] == 2
    assert client.post(BASE + "form/restore/", {"field": "0"}).status_code == 404
    assert "at=f%3A" in client.get(BASE + "form/人数/")["Location"]


def test_a_deployed_field_has_a_column(dental, client_as, actor):
    client = client_as("dx")
    client.post(BASE + "form/", {"revision": 0, "add": "field:number"})
    draft = facade.draft(actor=actor("dx"), app="dental")
    client.post(BASE + "form/changes/", {"revision": draft.revision, "version": draft.version})
    spec = facade.schema(code="dental").fields[-1]
    assert spec.type == "number"
    with connection.cursor() as cursor:
        columns = {
            c.name for c in connection.introspection.get_table_description(cursor, names.table(dental.id))
        }
    assert names.column(spec.id) in columns


def test_slots_of_a_day(dental, client_as):
    client = client_as("dx")
    tomorrow = (
        __import__("datetime").timedelta(days=1) + __import__("tomoni.core.clock", fromlist=["x"]).today()
    )
    values = {
        "day": f"{tomorrow}",
        "start": "9:00",
        "end": "12時",
        "minutes": "３０",
        "capacity": "2",
        "place": "会議室",
    }
    before = len(facade.slots(app="dental", field="枠"))
    assert client.post(BASE + "slots/", values).status_code == 302
    made = facade.slots(app="dental", field="枠")
    assert len(made) == before + 6
    for bad in (
        {"day": "昨日"},
        {"start": "25:00"},
        {"end": "9:10"},
        {"minutes": "0"},
        {"capacity": "-1"},
        {"day": "1900-01-01"},
    ):
        assert client.post(BASE + "slots/", values | bad).status_code == 422
    assert len(facade.slots(app="dental", field="枠")) == before + 6


def process(**changes):
    values = {
        "was": ["受付", "確認", "完了", ""],
        "state": ["受付", "確認中", "完了", "返事待ち"],
        "kind": ["new", "doing", "done", "wait"],
        "step": ["", "", "", ""],
        "action": ["確認を始める", "完了にする"],
        "source": ["受付", "確認"],
        "target": ["確認", "完了"],
        "condition": ["", "氏名 is not empty"],
        "primary": ["0"],
    }
    return values | changes


def test_process_can_be_changed_and_renamed(dental, add, client_as, actor):
    add(1)
    facade.run_action(actor=actor("dx"), app="dental", record=1, action="確認を始める")
    client = client_as("dx")
    assert client.post(BASE + "process/", process()).status_code == 302
    app = facade.schema(code="dental")
    assert [s.name for s in app.states] == ["受付", "確認中", "完了", "返事待ち"]
    assert app.actions[1].source == "確認中"
    assert facade.get(actor=actor("dx"), app="dental", record=1).status == "確認中"
    gone = process(
        was=["受付", "確認中", "完了", ""], state=["受付", "", "完了", ""], action=[], source=[], target=[]
    )
    assert client.post(BASE + "process/", gone).status_code == 422, "records are in it"
    assert client.post(BASE + "process/", process(condition=["", "ない = 1"])).status_code == 422


def test_views(dental, client_as):
    client = client_as("dx")
    made = client.post(BASE + "views/", {"name": "むし歯", "kind": "list"})
    assert made["Location"] == BASE + "views/4/"
    values = {
        "name": "むし歯",
        "col": ["氏名", "人数"],
        "query": '種類 in ("むし歯")',
        "sort": "人数",
        "direction": "desc",
    }
    assert client.post(BASE + "views/4/", values).status_code == 302
    view = facade.schema(code="dental").views[4]
    assert view.query == '種類 in ("むし歯") order by 人数 desc'
    assert client.get(BASE, {"view": "むし歯"}).status_code == 200
    assert client.post(BASE + "views/4/", values | {"query": "なし ="}).status_code == 422
    assert client.post(BASE + "views/4/", values | {"name": "すべて"}).status_code == 422
    assert client.post(BASE + "views/", {"name": "すべて", "kind": "list"}).status_code == 422
    client.post(BASE + "views/4/", values | {"_do": "up"})
    assert facade.schema(code="dental").views[3].name == "むし歯"
    client.post(BASE + "views/3/", values | {"_do": "delete"})
    assert len(facade.schema(code="dental").views) == 4
    assert client.post(BASE + "views/", {"name": "新しい暦", "kind": "calendar"}).status_code == 302
    assert client.get(BASE + "calendar/", {"view": "新しい暦"}).status_code == 200


def test_rights(dental, add, stranger, client_as):
    add(1)
    client = client_as("dx")
    values = {"who": ["department:kenko"], "verb.department:kenko": ["view"], "new": "department:zeimu"}
    assert client.post(BASE + "rights/", values).status_code == 302
    assert {r.who: r.verbs for r in facade.schema(code="dental").rights} == {
        "department:kenko": ("view",),
        "department:zeimu": ("view",),
    }
    assert client_as("clerk").get(BASE + "new/").status_code == 403
    other = client_as("clerk")
    other.force_login(stranger, backend="tomoni.people.backends.AuthenticationBackend")
    assert other.get(BASE).status_code == 200
    assert client.post(BASE + "rights/", {"new": "evil:x"}).status_code == 422


def test_name_and_title(dental, client_as):
    client = client_as("dx")
    values = {"name": "歯の相談", "description": "説明", "title_field": "氏名", "task_id": "T-1"}
    assert client.post(BASE + "about/", values).status_code == 302
    assert facade.schema(code="dental").name == "歯の相談"
    assert client.post(BASE + "about/", values | {"name": ""}).status_code == 422
    assert client.post(BASE + "about/", values | {"title_field": "ない"}).status_code == 422


@pytest.mark.parametrize(
    "url",
    [
        "form/",
        "form/changes/",
        "form/discard/",
        "form/restore/",
        "process/",
        "views/",
        "views/0/",
        "rights/",
        "about/",
    ],
)
def test_clerks_change_no_definition(url, dental, client_as):
    before = facade.schema(code="dental").version
    assert client_as("clerk").post(BASE + url, {"name": "x"}).status_code == 403
    assert facade.schema(code="dental").version == before
