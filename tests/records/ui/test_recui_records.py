"""Adding, changing, processing, deleting and bringing back records through the pages."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tomoni.records import facade

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"


def get(actor, pk=1):
    return facade.get(actor=actor("dx"), app="dental", record=pk)


def test_new_record_with_every_kind_of_value(dental, client_as, actor, section):
    slot = facade.slots(app="dental", field="枠")[0]
    values = {
        "_request": "a" * 20,
        "氏名": "  𠮷田 🦷 <script>alert(1)</script>",
        "生年月日": "令和6年5月2日",
        "枠": slot.starts_at.isoformat(),
        "種類": "むし歯",
        "困りごと": ["痛み", "出血"],
        "内容": "一行目\r\n二行目",
        "人数": "３",
        "場所.lat": "35.39",
        "場所.lon": "136.72",
        "担当者": [str(actor("clerk").id)],
        "担当課": [str(section.pk)],
        "連絡日時": "令和8年4月1日 9時30分",
        "写真": SimpleUploadedFile("メモ.txt", "歯が痛い".encode()),
    }
    response = client_as("clerk").post(BASE + "new/", values)
    assert response.status_code == 302, response.content.decode()
    record = get(actor)
    assert record.values["氏名"].startswith("𠮷田 🦷")
    assert record.values["生年月日"].isoformat() == "2024-05-02"
    assert record.values["困りごと"] == ["痛み", "出血"]
    assert record.values["人数"] == 3
    assert record.values["場所"] == {"lat": 35.39, "lon": 136.72}
    page = client_as("clerk").get(BASE + "1/").content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;" in page
    file = client_as("clerk").get(f"{BASE}1/files/{record.values['写真'][0]}/")
    assert b"".join(file.streaming_content) == "歯が痛い".encode()
    assert file["Content-Disposition"].startswith("attachment")
    assert client_as("resident").get(f"{BASE}1/files/{record.values['写真'][0]}/").status_code == 403


def test_errors_keep_what_was_typed_and_uploads(dental, client_as):
    upload = SimpleUploadedFile("memo.txt", b"abc")
    values = {"氏名": "", "生年月日": "令和6年5月", "人数": "99", "種類": "歯みがき", "写真": upload}
    page = client_as("clerk").post(BASE + "new/", values)
    text = page.content.decode()
    assert page.status_code == 422
    assert 'value="令和6年5月"' in text
    assert 'href="#f-氏名-row"' in text
    assert 'id="f-氏名-e"' in text
    assert "aria-invalid" in text
    assert "memo.txt" in text, "an upload survives an error elsewhere"


def test_double_tap_makes_one_record(dental, client_as, actor):
    client, values = client_as("clerk"), {"氏名": "一度だけ", "_request": "same-request-id"}
    first, second = client.post(BASE + "new/", values), client.post(BASE + "new/", values)
    assert first["Location"] == second["Location"]
    assert facade.find(actor=actor("dx"), app="dental").total == 1


def test_two_forms_make_two_records(dental, client_as, actor):
    client = client_as("clerk")
    for request_id in ("one-request-id", "two-request-id"):
        client.post(BASE + "new/", {"氏名": "同じ人", "_request": request_id})
    assert facade.find(actor=actor("dx"), app="dental").total == 2


def edit(record, **changes):
    values = {
        "氏名": record.values["氏名"],
        "人数": str(record.values["人数"]),
        "_revision": str(record.revision),
    }
    return values | changes


def test_stale_edit_shows_both_and_saves_the_choice(dental, add, client_as, actor):
    old = add(1)[0]
    facade.update_record(actor=actor("dx"), app="dental", record=1, values={"人数": "5", "種類": "むし歯"})
    client = client_as("clerk")
    page = client.post(BASE + "1/edit/", edit(old, 氏名="あたらしい名前"))
    text = page.content.decode()
    assert page.status_code == 409
    assert "あたらしい名前" in text
    assert "5人" in text
    assert get(actor).values["人数"] == 5, "nothing is written"
    # What I did not touch myself is preset to theirs, what I changed to mine.
    assert 'name="keep.人数" value="theirs" checked' in text
    assert 'name="keep.氏名" value="mine" checked' in text
    merged = {"_revision": "2", "_merge": "1", "氏名": "あたらしい名前", "人数": "2"}
    saved = client.post(
        BASE + "1/edit/", merged | {"keep.氏名": "mine", "keep.人数": "theirs", "keep.種類": "theirs"}
    )
    assert saved.status_code == 302
    record = get(actor)
    assert (record.values["氏名"], record.values["人数"], record.values["種類"]) == (
        "あたらしい名前",
        5,
        "むし歯",
    )


def test_an_edit_without_revision_never_overwrites(dental, add, client_as, actor):
    record = add(1)[0]
    values = edit(record, 氏名="勝手な上書き")
    del values["_revision"]
    assert client_as("clerk").post(BASE + "1/edit/", values).status_code == 409
    assert get(actor).values["氏名"] == "住民 0"


def test_process_once(dental, add, client_as, actor):
    add(1)
    client = client_as("clerk")
    page = client.get(BASE + "1/").content.decode()
    assert page.index("確認を始める") < page.index("履歴")
    pressed = {"_action": "確認を始める", "_revision": "1", "_comment": "電話しました"}
    assert client.post(BASE + "1/act/", pressed).status_code == 302
    assert get(actor).status == "確認"
    assert client.post(BASE + "1/act/", pressed).status_code == 409
    assert get(actor).status == "確認"
    page = client.get(BASE + "1/").content.decode()
    assert "電話しました" in page
    assert page.index("完了にする") < page.index("差し戻す"), "the primary action comes first"
    assert client.post(BASE + "1/act/", {"_action": "ない処理", "_revision": "2"}).status_code == 422
    assert client_as("manager", "head").post(BASE + "1/act/", {"_action": "完了にする"}).status_code in (
        403,
        200,
        302,
    )


def test_history_and_earlier_version(dental, add, client_as, actor):
    add(1, 氏名="はじめの名前")
    facade.update_record(actor=actor("clerk"), app="dental", record=1, values={"氏名": "つぎの名前"})
    client = client_as("clerk")
    page = client.get(BASE + "1/").content.decode()
    assert "<del>はじめの名前</del>" in page
    assert "<ins>つぎの名前</ins>" in page
    assert client.post(BASE + "1/revert/", {"_to": "1", "_revision": "1"}).status_code == 409
    assert client.post(BASE + "1/revert/", {"_to": "1", "_revision": "2"}).status_code == 302
    assert get(actor).values["氏名"] == "はじめの名前"
    assert client.post(BASE + "1/revert/", {"_to": "77", "_revision": "3"}).status_code == 422


def test_trash_and_back(dental, add, client_as, actor):
    add(2)
    client = client_as("clerk")
    assert client.post(BASE + "1/delete/").status_code == 302
    assert client.get(BASE + "1/").status_code == 404
    assert "住民 0" in client.get(BASE + "trash/").content.decode()
    assert client.post(BASE + "1/restore/").status_code == 302
    assert get(actor).values["氏名"] == "住民 0"
    assert "ごみ箱は空です" in client.get(BASE + "trash/").content.decode()


def test_bulk_reports_what_failed(dental, add, client_as, actor):
    add(3)
    facade.run_action(actor=actor("clerk"), app="dental", record=2, action="確認を始める")
    client = client_as("clerk")
    chosen = {"id": ["1", "2", "3", "x", "999"], "_do": "advance", "_action": "確認を始める"}
    page = client.post(BASE + "bulk/", chosen)
    assert page.status_code == 200
    assert "2件を処理しました" in page.content.decode()
    assert [get(actor, n).status for n in (1, 2, 3)] == ["確認"] * 3
    assert client.post(BASE + "bulk/", {"id": ["1", "3"], "_do": "delete"}).status_code == 302
    assert facade.find(actor=actor("dx"), app="dental").total == 1
    assert client.post(BASE + "bulk/", {"_do": "delete"}).status_code == 302
    assert client.post(BASE + "bulk/", {"id": ["2"], "_do": "advance"}).status_code == 302


def test_back_address_stays_inside(dental, add, client_as):
    add(1)
    client = client_as("clerk")
    for back in ("https://evil.example/", "//evil.example/", "/\\evil", "/build/\\evil"):
        page = client.post(BASE + "bulk/", {"_back": back})
        assert page["Location"] == BASE


def test_full_slot_is_shown_and_refused(dental, add, client_as, actor):
    slot = facade.slots(app="dental", field="枠")[0]
    add(2, 枠=slot.starts_at.isoformat())
    client = client_as("clerk")
    page = client.get(BASE + "new/").content.decode()
    assert "満席" in page
    assert " disabled" in page
    refused = client.post(BASE + "new/", {"氏名": "三人目", "枠": slot.starts_at.isoformat()})
    assert refused.status_code == 422
    assert facade.find(actor=actor("dx"), app="dental").total == 2
    assert client.get(BASE + "1/edit/").content.decode().count(" checked") >= 1, (
        "one's own full slot stays chosen"
    )


@pytest.mark.parametrize(
    "name", ["あ" * 10_000, "👩‍👩‍👧‍👦" * 100, "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "逆 ח"]
)
def test_hostile_names_are_kept_and_harmless(name, dental, add, client_as, actor):
    add(1, 氏名=name)
    client = client_as("dx")
    assert get(actor).values["氏名"] == name
    for page in ("", "?record=1", "1/", "1/edit/", "trash/", "calendar/"):
        response = client.get(BASE + page)
        assert response.status_code == 200
        assert b"<img src=x" not in response.content


def test_a_mark_that_turns_the_writing_round_is_refused(dental, client_as):
    page = client_as("clerk").post(BASE + "new/", {"氏名": "見本\u202e子花"})
    assert page.status_code == 422
    assert "文字の向きを変える" in page.content.decode()


def test_too_long_is_said_in_words(dental, client_as):
    page = client_as("clerk").post(BASE + "new/", {"氏名": "あ" * 10_001})
    assert page.status_code == 422
    assert "10,000文字以内" in page.content.decode() or "10000文字以内" in page.content.decode()


def test_comparing_two_versions_says_the_state_too(dental, add, client_as, actor):
    add(1)
    facade.run_action(actor=actor("clerk"), app="dental", record=1, action="確認を始める")
    client = client_as("clerk")
    html = client.get(BASE + "1/history/", {"from": 1, "to": 2}).content.decode()
    part = html[html.index("ちがうところ") : html.index("</table>")]
    assert part.index("受付</td>") < part.index("確認</td>")
    html = client.get(BASE + "1/history/", {"from": 2, "to": 1}).content.decode()
    part = html[html.index("ちがうところ") : html.index("</table>")]
    assert part.index("確認</td>") < part.index("受付</td>")
    assert "同じです" in client.get(BASE + "1/history/", {"from": 2, "to": 2}).content.decode()
