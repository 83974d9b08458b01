"""Questions follow the conditions of the app's fields (表示条件); the new kinds of answers reach the record."""

from __future__ import annotations

import re

import pytest
from procedures_building import Resident

from tomoni.procedures.actions.create_form import create_form
from tomoni.procedures.actions.publish_form import publish_form
from tomoni.records import facade as records
from tomoni.records.schema.spec import AppSpec, FieldSpec, RightSpec

pytestmark = pytest.mark.django_db
ALL = (RightSpec("staff", ("view", "add", "edit")), RightSpec("form", ("add",)))
FIELDS = (
    FieldSpec("電話", "text", "電話番号", required=True, personal="personal", purpose="連絡のため"),
    FieldSpec("障がい", "radio", "配慮の要否", required=True, options={"choices": ["いる", "いらない"]}),
    FieldSpec("内容", "checkbox", "配慮の内容", required=True, options={"choices": ["手話", "筆談", "その他"]}, visible_if='障がい = "いる"'),
    FieldSpec("ほか", "text", "その他の内容", required=True, visible_if='内容 in ("その他")'),
    FieldSpec("住所", "address", "住所", personal="personal", purpose="連絡のため"),
    FieldSpec("何時", "time", "連絡してよい時刻"),
    FieldSpec("同意", "consent", "同意", required=True, options={"statement": "同意します。", "version": "3"}),
)  # fmt: skip


@pytest.fixture
def phone(town, actor):
    dx = actor("dx")
    records.create_app(actor=dx, spec=AppSpec(code="help", name="配慮の申込", fields=FIELDS, rights=ALL))
    form = publish_form(actor=dx, form=create_form(actor=dx, app="help", title="配慮を申し込む"))
    made = Resident(form.slug)
    made.start()
    return made


def walk(phone, answers):
    """Answer page by page; returns the codes asked."""
    asked, where = [], phone.path("1/")
    while not where.endswith("/check/"):
        page = phone.client.get(where)
        code = re.search(r'name="code" value="([^"]+)"', page.content.decode()).group(1)
        asked.append(code)
        given = answers.get(code, "")
        parts = {f"{code}.{k}": v for k, v in given.items()} if isinstance(given, dict) else {code: given}
        reply = phone.client.post(where, {"code": code, **parts})
        assert reply.status_code == 302, (code, reply.content.decode()[-2000:])
        where = reply["Location"]
    return asked


def record(actor):
    return records.find(actor=actor("dx"), app="help").records[0]


PLAIN = {"電話": "058-000-0000", "障がい": "いらない", "同意": "on"}


def test_questions_whose_condition_does_not_hold_are_not_asked(phone, actor):
    assert walk(phone, PLAIN) == ["電話", "障がい", "住所", "何時", "同意"]
    assert phone.send().status_code == 302
    made = record(actor)
    assert made.values["内容"] == []
    assert made.values["同意"]["version"] == "3"


def test_conditions_follow_one_another_and_answers_reach_the_record(phone, actor):
    place = {"postal": "501-1234", "prefecture": "岐阜県", "city": "岐阜市", "town": "今沢町", "block": "18"}
    answers = {
        **PLAIN,
        "障がい": "いる",
        "内容": ["手話", "その他"],
        "ほか": "板書",
        "住所": place,
        "何時": "午後3時",
    }
    assert walk(phone, answers) == ["電話", "障がい", "内容", "ほか", "住所", "何時", "同意"]
    summary = phone.client.get(phone.path("check/")).content.decode()
    for text in ("板書", "〒501-1234 岐阜県岐阜市今沢町18", "15:00"):
        assert text in summary
    assert phone.send().status_code == 302
    made = record(actor)
    assert made.values["内容"] == ["手話", "その他"]
    assert made.values["住所"]["postal"] == "5011234"


def test_an_answer_to_a_question_that_went_away_is_not_kept(phone, actor):
    walk(phone, {**PLAIN, "障がい": "いる", "内容": ["その他"], "ほか": "板書"})
    walk(phone, PLAIN)
    assert "板書" not in phone.client.get(phone.path("check/")).content.decode()
    assert phone.send().status_code == 302
    assert record(actor).values["ほか"] == ""
