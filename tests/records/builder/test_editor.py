"""The builder's pages: every edit is a draft, nothing changes for users until it is deployed."""

from __future__ import annotations

import pytest

from tomoni.records import facade

pytestmark = pytest.mark.django_db
FORM = "/build/apps/dental/form/"


def codes():
    return [f.code for f in facade.schema(code="dental").fields]


@pytest.fixture
def edit(dental, client_as, actor):
    """Do an edit as the page does, with the draft's revision."""
    client = client_as("dx")

    def do(**values):
        revision = facade.draft(actor=actor("dx"), app="dental").revision
        return client.post(FORM, {"revision": revision} | values)

    do.client = client
    do.draft = lambda: facade.draft(actor=actor("dx"), app="dental").spec
    return do


def deploy(edit, actor, **more):
    draft = facade.draft(actor=actor("dx"), app="dental")
    return edit.client.post(FORM + "changes/", {"revision": draft.revision, "version": draft.version} | more)


def settings(**values):
    return {"op": "set", "label": "アレルギー", "personal": "none"} | values


def test_an_added_field_waits_in_the_draft_until_it_is_deployed(edit, actor):
    before = codes()
    made = edit(add="field:choice", key="f:氏名")
    assert made.status_code == 302
    assert "at=f%3A" in made["Location"]
    key = "f:" + edit.draft().fields[1].code
    assert edit(key=key, **settings(**{"o.choices": "ある\nない", "code": "アレルギー"})).status_code == 302
    assert edit.draft().fields[1].options == {"choices": ["ある", "ない"]}
    assert codes() == before
    page = edit.client.get(FORM).content.decode()
    assert "まだ反映していません（変更1件）" in page
    assert "項目「アレルギー」" in edit.client.get(FORM + "changes/").content.decode()
    assert deploy(edit, actor).status_code == 302
    assert codes() == ["氏名", "アレルギー", *before[1:]]
    assert facade.draft(actor=actor("dx"), app="dental").revision == 0


def test_undo_and_redo_go_through_the_steps(edit):
    first = [f.code for f in edit.draft().fields]
    edit(op="down", key="f:氏名")
    edit(op="down", key="f:氏名")
    third = [f.code for f in edit.draft().fields]
    edit(op="undo")
    edit(op="undo")
    assert [f.code for f in edit.draft().fields] == first
    assert edit(op="undo").status_code == 422
    edit(op="redo")
    edit(op="redo")
    assert [f.code for f in edit.draft().fields] == third
    edit(op="undo")
    edit(op="remove", key="f:写真")
    assert edit(op="redo").status_code == 422, "a new edit ends what could be redone"


def test_layout_is_stored_and_forms_and_records_show_it(edit, actor, add):
    edit(op="beside", key="f:生年月日")
    edit(add="item:group", key="f:枠")
    assert deploy(edit, actor).status_code == 302
    app = facade.schema(code="dental")
    assert [i.code for i in app.layout[0].items] == ["氏名", "生年月日"]
    page = edit.client.get("/build/apps/dental/new/").content.decode()
    assert page.count("lay-cell span-6") == 2
    add(1)
    assert "lay-facts" in edit.client.get("/build/apps/dental/1/").content.decode()


def test_somebody_else_saved_first(edit):
    edit(op="down", key="f:氏名")
    answer = edit.client.post(FORM, settings(key="f:氏名", revision=0, label="お名前"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "テスト dx" in page
    assert "お名前" in page
    assert edit.draft().fields[1].label == "氏名"


@pytest.mark.parametrize(
    "values",
    [
        {"label": ""},
        {"label": "あ" * 300},
        {"label": "状態"},
        {"help": "あ" * 3000},
        {"personal": "personal", "purpose": ""},
        {"retention_years": "千年"},
        {"code": "order"},
        {"code": "id"},
        {"code": "氏名"},
        {"help": "番号は1234 5678 9018です"},
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(values, edit):
    edit(add="field:text", key="")
    spec = edit.draft()
    key = f"f:{spec.fields[-1].code}"
    answer = edit(key=key, **(settings() | values))
    assert answer.status_code == 422
    assert answer.context["panel"]["errors"] or answer.context["panel"]["problems"]
    assert edit.draft() == spec


def test_other_changes_meanwhile_are_kept_and_clashes_are_asked(edit, actor):
    edit(op="set", key="f:人数", label="何人", personal="none")
    facade.update_app(actor=actor("dx"), app="dental", name="歯の相談")
    assert "両方を生かして" in edit.client.get(FORM + "changes/").content.decode()
    field = facade.schema(code="dental").field("人数")
    from dataclasses import replace

    facade.update_field(actor=actor("dx"), app="dental", code="人数", field=replace(field, label="来る人"))
    assert deploy(edit, actor).status_code == 409
    assert facade.schema(code="dental").field("人数").label == "来る人"
    assert deploy(edit, actor, force="1").status_code == 302
    app = facade.schema(code="dental")
    assert (app.field("人数").label, app.name) == ("何人", "歯の相談")


def test_discard_and_pages(edit, actor):
    edit(op="remove", key="f:氏名")
    assert edit.client.post(FORM + "discard/").status_code == 302
    assert facade.draft(actor=actor("dx"), app="dental").revision == 0
    for way in ("phone", "pc", "resident"):
        assert edit.client.get(FORM + "preview/", {"as": way}).status_code == 200
    assert edit.client.get(FORM, {"at": "f:人数"}).status_code == 200
    assert edit.client.get(FORM, {"at": "p:99.x"}).status_code == 200
    assert edit(op="evil", key="f:氏名").status_code == 422
    assert edit(add="field:evil").status_code == 422


def test_a_table_with_columns(edit, actor):
    edit(add="field:table", key="f:氏名")
    table = edit.draft().fields[1]
    edit(op="column", key=f"f:{table.code}", type="date")
    column = edit.draft().fields[1].fields[2]
    assert (
        edit(op="set", key=f"f:{column.code}", label="期日", code="期日", personal="none").status_code == 302
    )
    edit(op="left", key="f:期日")
    assert deploy(edit, actor).status_code == 302
    assert [c.label for c in facade.schema(code="dental").fields[1].fields] == ["品名", "期日", "数"]


def test_a_field_that_a_form_needs_is_not_deployed_away(edit, actor, monkeypatch):
    from tomoni.records import uses

    monkeypatch.setattr(
        uses, "_FIELDS", [lambda app, field: ["受付中のフォームが使っています。"] if field == "氏名" else []]
    )
    edit(op="remove", key="f:氏名")
    answer = deploy(edit, actor)
    assert answer.status_code == 422
    assert "受付中のフォームが使っています。" in answer.content.decode()
    assert "氏名" in codes()


def test_clerks_do_not_come_in(dental, client_as):
    client = client_as("clerk")
    for url in ("", "changes/", "preview/"):
        assert client.get(FORM + url).status_code == 403
    assert client.post(FORM, {"op": "remove", "key": "f:氏名"}).status_code == 403
