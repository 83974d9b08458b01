"""引継書 and 個人情報ファイル簿: drafted from the definition, without any value of a record."""

import pytest

from tomoni.core.errors import Conflict, Forbidden, Invalid
from tomoni.records import facade as records
from tomoni.records.keeping import handover, register
from tomoni.records.keeping.actions import write_texts
from tomoni.records.keeping.models import Keeping

pytestmark = pytest.mark.django_db


def test_the_handover_explains_the_app(client_as, actor, app):
    made = records.create_record(actor=actor("clerk"), app=app, values={"氏名": "秘密の名前", "件名": "x"})
    records.set_rights(actor=actor("dx"), app=app, rights=records.schema(code=app).rights[:1])
    write_texts.write_note(actor=actor("dx"), app=app, text="4月に様式が変わる")
    page = client_as("dx").get("/build/keeping/apps/desk/handover/").content.decode()
    for words in (
        "窓口の相談を受けて答えるため", "4月に様式が変わる", "件名", "何の相談か", "受付 → 完了", "期限: 3日",
        "健康推進課（下の係も）", "テスト dx", "アプリの権限を変えました", "5年（別表第1）",
    ):  # fmt: skip
        assert words in page, words
    assert f"/build/apps/desk/{made.id}/" in page
    assert "秘密の名前" not in page


def test_the_busiest_can_be_asked(actor, app, schema):
    for n in range(3):
        records.create_record(actor=actor("clerk"), app=app, values={"件名": str(n)})
    assert any(name == "テスト clerk" for name, _why in handover.build(schema()).asked)


def test_the_note_knows_that_somebody_else_saved(actor, app):
    from tomoni.core import stale

    seen = stale.mark({"note": ""})
    write_texts.write_note(actor=actor("dx"), app=app, text="はじめ", opened_on=seen)
    with pytest.raises(Conflict):
        write_texts.write_note(actor=actor("dx"), app=app, text="あと", opened_on=seen)
    with pytest.raises(Forbidden):
        write_texts.write_note(actor=actor("clerk"), app=app, text="x")


def test_the_register_is_drafted_from_the_tags(app, schema):
    lines = {line.key: line for line in register.lines(schema(), {})}
    assert lines["items"].text == "1氏名、2病名"
    assert lines["sensitive"].text == "含む（病名）"
    assert "連絡するため" in lines["purpose"].text
    assert "申請フォーム" in lines["collection"].text
    assert lines["retention"].text == "完結した年度の翌年度の4月1日から5年（別表第1）"
    assert lines["recipients"].asked
    assert lines["scope"].asked


def test_what_is_written_stays_and_the_rest_follows_the_app(actor, app, schema, client_as):
    client = client_as("dx")
    given = {line.key: line.text for line in register.lines(schema(), {})} | {"scope": "相談に来た人"}
    assert client.post("/build/keeping/apps/desk/register/", given).status_code == 302
    assert Keeping.objects.get().register == {"scope": "相談に来た人"}
    text = client.get("/build/keeping/apps/desk/register/csv/").content.decode("utf-8-sig")
    assert "相談に来た人" in text
    assert "要配慮" in text
    with pytest.raises(Invalid):
        write_texts.write_register(actor=actor("dx"), app=app, values={"nothing": "x"})


@pytest.mark.parametrize(
    "page", ["", "handover/", "register/", "register/?edit=1", "register/csv/", "retention/", "note/"]
)
def test_pages_are_for_those_who_answer_for_the_app(client_as, app, page):
    assert client_as("dx").get(f"/build/keeping/apps/desk/{page}").status_code == 200
    assert client_as("clerk").get(f"/build/keeping/apps/desk/{page}").status_code == 403
    assert client_as("dx").get(f"/build/keeping/apps/none/{page}").status_code == 404


def test_keepers_and_retention_by_form(client_as, person, app):
    client, clerk = client_as("dx"), person("clerk")
    answer = client.post(
        "/build/keeping/apps/desk/keepers/", {"owner_id": person("dx").pk, "deputy_id": clerk.pk}
    )
    assert answer.status_code == 302
    assert records.schema(code=app).deputy_id == clerk.pk
    assert client.post("/build/keeping/apps/desk/keepers/", {"owner_id": ""}).status_code == 422
    client.post(
        "/build/keeping/apps/desk/retention/", {"years": "10", "completed": "終わった日", "basis": "別表"}
    )
    assert records.schema(code=app).retention.years == 10
    assert client.post("/build/keeping/apps/desk/retention/", {"years": "0"}).status_code == 422
    assert client.post("/build/keeping/apps/desk/hold/", {"record": "99", "reason": "x"}).status_code == 422
    assert client.get("/build/keeping/").status_code == 200
