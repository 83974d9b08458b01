"""The builder and the settings: every change through the engine, every button leads somewhere."""

from __future__ import annotations

import pytest
from django.db import connection

from tomoni.records import facade
from tomoni.records.ddl import names

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"
FIELD = {"label": "アレルギー", "personal": "none", "help": "", "purpose": "", "retention_years": ""}


def codes():
    return [f.code for f in facade.schema(code="dental").fields]


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


def test_adding_a_field_adds_a_column(dental, client_as):
    client = client_as("dx")
    made = client.post(
        BASE + "form/add/", FIELD | {"type": "choice", "o.choices": "ある\nない\n", "required": "1"}
    )
    assert made.status_code == 302
    spec = facade.schema(code="dental").fields[-1]
    assert (spec.code, spec.type, spec.required) == ("アレルギー", "choice", True)
    with connection.cursor() as cursor:
        columns = {
            c.name for c in connection.introspection.get_table_description(cursor, names.table(dental.id))
        }
    assert names.column(spec.id) in columns
    again = client.post(BASE + "form/add/", FIELD | {"type": "text"})
    assert again.status_code == 302
    assert codes()[-1] == "アレルギー_2"


@pytest.mark.parametrize(
    "values",
    [
        {"label": ""},
        {"personal": "personal", "purpose": ""},
        {"retention_years": "千年"},
        {"type": "choice"},
        {"type": "number", "o.min": "9", "o.max": "1"},
        {"code": "order"},
        {"label": "あ" * 300},
    ],
)
def test_a_field_that_cannot_be_is_refused_in_words(values, dental, client_as):
    before = codes()
    page = client_as("dx").post(BASE + "form/add/", FIELD | {"type": "text"} | values)
    assert page.status_code == 422
    assert page.context["problems"]
    assert codes() == before


def test_order_by_buttons_and_by_dragging(dental, client_as):
    client, before = client_as("dx"), codes()
    client.post(BASE + "form/move/", {"order": before, "down": before[0]})
    assert codes()[:2] == [before[1], before[0]]
    client.post(BASE + "form/move/", {"order": codes(), "up": before[0]})
    assert codes() == before
    client.post(BASE + "form/move/", {"order": before[::-1]})
    assert codes() == before[::-1]
    assert client.post(BASE + "form/move/", {"order": ["無い", "氏名"]}).status_code == 302
    assert codes() == before[::-1]


def test_change_take_off_and_bring_back(dental, add, client_as, actor):
    add(1)
    client = client_as("dx")
    changed = client.post(
        BASE + "form/人数/", FIELD | {"label": "何人で来ますか", "o.max": "4", "o.unit": "人"}
    )
    assert changed.status_code == 302
    assert facade.schema(code="dental").field("人数").label == "何人で来ますか"
    assert client.post(BASE + "form/人数/delete/").status_code == 302
    assert "人数" not in codes()
    trashed = facade.schema(code="dental").trash[0]
    assert "何人で来ますか" in client.get(BASE + "form/").content.decode()
    assert client.post(BASE + "form/restore/", {"field": str(trashed.id)}).status_code == 302
    assert facade.get(actor=actor("dx"), app="dental", record=1).values["人数"] == 2
    assert client.post(BASE + "form/restore/", {"field": "0"}).status_code == 404


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
        "form/move/",
        "form/add/",
        "form/人数/",
        "form/人数/delete/",
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
