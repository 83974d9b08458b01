"""The resident's way: question by question, save and come back, send once, receipt."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tomoni.core import clock, outbox
from tomoni.core.errors import Invalid
from tomoni.procedures import receipt
from tomoni.procedures.models import Draft, Form, Submission
from tomoni.records import facade as records

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def test_start_page_tells_what_happens_with_the_data(form: Form) -> None:
    page = Client().get(f"/f/{form.slug}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "予約の連絡のため" in text
    assert "0000-12-3456" in text
    assert page["Cache-Control"] == "private, no-store"
    assert "style=" not in text
    assert "onclick" not in text


def test_whole_way(resident_phone, answers, actor) -> None:
    phone = resident_phone()
    phone.start()
    where = phone.fill(answers)
    summary = phone.client.get(where).content.decode()
    for text in ("見本 花子", "令和6年5月2日（2024年）", "hanako@example.jp", "変更する"):
        assert text in summary
    sent = phone.send()
    assert sent.status_code == 302
    number = phone.number()
    assert receipt.normalize(number) == number
    submission = Submission.objects.get()
    record = records.get(actor=actor("clerk"), app="dental", record=submission.record_id)
    assert record.values["氏名"] == "見本 花子"
    assert record.status == "受付"
    assert record.source == "form"
    assert Draft.objects.get().answers == {}
    assert number not in submission.receipt_sealed


def test_receipt_mail_has_no_personal_data(sent) -> None:
    from tomoni.core.models import Mail

    outbox.drain()
    mail = Mail.objects.get(purpose="receipt")
    assert mail.to == "hanako@example.jp"
    assert sent[1] in mail.body
    for private in ("花子", "令和6年", "2024"):
        assert private not in mail.body + mail.subject


def test_conditional_question_is_skipped(resident_phone, answers) -> None:
    phone = resident_phone()
    phone.start()
    phone.fill(answers | {"方法": "電話"})
    assert "メールアドレス" not in phone.client.get(phone.path("check/")).content.decode()
    # An answer given before the condition failed is not sent.
    draft = Draft.objects.get()
    draft.answers["メール"] = "left@example.jp"
    draft.save()
    phone.send()
    record = records.get(actor=_system(), app="dental", record=Submission.objects.get().record_id)
    assert not record.values.get("メール")


def _system():
    from tomoni.core.actor import system

    return system("test")


def test_error_is_announced_with_focus_and_title(resident_phone) -> None:
    phone = resident_phone()
    phone.start()
    page = phone.answer(2, "生年月日", "令和6年5月")
    text = page.content.decode()
    assert page.status_code == 422
    assert re.search(r"<title>\s*エラー", text)
    assert 'role="alert" tabindex="-1" autofocus' in text
    assert 'value="令和6年5月"' in text
    assert 'aria-invalid="true"' in text


def test_required_question_cannot_be_left_out(resident_phone) -> None:
    phone = resident_phone()
    phone.start()
    assert phone.answer(1, "氏名", "   ").status_code == 422
    # The summary leads back to the first question without a good answer.
    back = phone.client.get(phone.path("check/"))
    assert back["Location"] == phone.path("1/") + "?check=1"


def test_save_and_come_back(resident_phone) -> None:
    phone = resident_phone()
    phone.start()
    phone.answer(1, "氏名", "見本 花子")
    later = phone.answer(2, "生年月日", "令和6年", then="later")
    assert later["Location"] == phone.path("later/")
    page = phone.client.get(phone.path("later/"))
    assert f"/f/{phone.slug}/{phone.token}/" in page.content.decode()
    other = Client()  # another device, no cookies
    assert other.get(phone.path())["Location"] == phone.path("2/")
    assert 'value="令和6年"' in other.get(phone.path("2/")).content.decode()


def test_link_by_mail_is_throttled(resident_phone) -> None:
    from tomoni.core.models import Mail

    phone = resident_phone()
    phone.start()
    assert phone.client.post(phone.path("later/"), {"address": "not an address"}).status_code == 422
    codes = [
        phone.client.post(phone.path("later/"), {"address": "a@example.jp"}).status_code for _ in range(4)
    ]
    assert codes == [302, 302, 429, 429]
    assert phone.token in Mail.objects.filter(purpose="draft_link").first().body


def test_expired_link_is_gone_in_words_also_after_the_purge(resident_phone) -> None:
    from tomoni.procedures.jobs import purge_expired_drafts

    phone = resident_phone()
    phone.start()
    phone.answer(1, "氏名", "見本 花子")
    with clock.at(clock.now() + timedelta(days=31)):
        page = phone.client.get(phone.path("1/"))
        assert page.status_code == 410
        assert "期限が過ぎました" in page.content.decode()
        assert purge_expired_drafts.call() == {"deleted": 1}
        assert not Draft.objects.exists()
        assert phone.client.get(phone.path("1/")).status_code == 410
        assert phone.answer(1, "氏名", "x").status_code == 410
    wrong = phone.client.get(f"/f/{phone.slug}/{'A' * 30}/1/")
    assert wrong.status_code == 404


def test_each_save_lengthens_the_life_of_the_link(resident_phone) -> None:
    phone = resident_phone()
    phone.start()
    with clock.at(clock.now() + timedelta(days=29)):
        phone.answer(1, "氏名", "見本 花子")
    with clock.at(clock.now() + timedelta(days=40)):
        assert phone.client.get(phone.path("2/")).status_code == 200


def test_two_tabs_do_not_undo_each_other(resident_phone) -> None:
    phone = resident_phone()
    phone.start()
    phone.answer(1, "氏名", "見本 花子")
    phone.answer(3, "方法", "電話")
    phone.answer(2, "生年月日", "2024-05-02")
    assert Draft.objects.get().answers == {"氏名": "見本 花子", "方法": "電話", "生年月日": "2024-05-02"}


def test_wrong_question_code_saves_nothing(resident_phone) -> None:
    phone = resident_phone()
    phone.start()
    assert phone.answer(1, "ステータス", "完了")["Location"] == phone.path("1/")
    assert (
        phone.client.post(phone.path("1/"), {"code": "氏名", "氏名": "a", "ステータス": "完了"}).status_code
        == 302
    )
    assert Draft.objects.get().answers == {"氏名": "a"}


def test_back_button_after_sending_shows_the_receipt(sent) -> None:
    phone, number = sent
    for rest in ("", "1/", "check/", "later/"):
        assert phone.client.get(phone.path(rest))["Location"] == phone.path("done/")
    assert phone.answer(1, "氏名", "x")["Location"] == phone.path("done/")
    assert phone.send()["Location"] == phone.path("done/")
    assert phone.number() == number
    assert Submission.objects.count() == 1


def test_consent_is_needed(resident_phone, answers) -> None:
    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    page = phone.client.post(phone.path("check/"))
    assert page.status_code == 422
    assert "#consent" in page.content.decode()
    assert not Submission.objects.exists()


def test_slot_taken_meanwhile(resident_phone, answers, slots) -> None:
    one, two = resident_phone(), resident_phone()
    for phone in (one, two):
        phone.start()
        phone.fill(answers)
    assert one.send().status_code == 302
    page = two.send()
    assert page.status_code == 422
    text = page.content.decode()
    assert "満員" in text
    assert "まだ送っていません" in text
    assert Submission.objects.count() == 1
    change = re.search(r'href="([^"]+\?check=1)">希望の日時', text).group(1)  # type: ignore[union-attr]
    two.client.post(change, {"code": "日時", "日時": slots[1]})
    assert two.send().status_code == 302
    assert Submission.objects.count() == 2


def test_closed_and_coming_forms(form: Form, resident_phone) -> None:
    phone = resident_phone()
    phone.start()
    form.closes_on = clock.today() - timedelta(days=1)
    form.save()
    for path in (f"/f/{form.slug}/", phone.path("1/"), phone.path("check/")):
        page = phone.client.get(path)
        assert page.status_code == 410, path
        assert "0000-12-3456" in page.content.decode()
    form.closes_on, form.opens_on = None, clock.today() + timedelta(days=3)
    form.save()
    page = phone.client.get(f"/f/{form.slug}/")
    assert page.status_code == 200
    assert "受付はこれから" in page.content.decode()
    assert phone.client.post(f"/f/{form.slug}/").status_code == 200
    assert Draft.objects.count() == 1


def test_draft_form_is_not_known_to_residents(form: Form) -> None:
    form.state = Form.State.DRAFT
    form.save()
    assert Client().get(f"/f/{form.slug}/").status_code == 404


def test_files(resident_phone, answers) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile as Upload

    from tomoni.core.models import StoredFile

    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    assert phone.client.get(phone.path("6/")).context["field"].type == "file"
    page = phone.answer(6, "写真", Upload("a.png", b"MZ\x90\x00 not a picture"))
    assert page.status_code == 422
    assert "写真" in page.content.decode()
    assert phone.answer(6, "写真", Upload("a.png", PNG)).status_code == 302
    held = Draft.objects.get().answers["写真"]
    other = StoredFile.objects.create(
        sha256="0" * 64,
        name="secret.png",
        size=1,
        content_type="image/png",
        kind="image",
        created_by="anonymous:-",
        created_at=clock.now(),
    )
    # Somebody else's file cannot be claimed by its number.
    phone.client.post(phone.path("6/"), {"code": "写真", "写真": [str(held[0]), str(other.pk)]})
    assert Draft.objects.get().answers["写真"] == held
    page = phone.client.post(
        phone.path("6/"), {"code": "写真", "写真": [str(held[0]), Upload("b.png", PNG), Upload("c.png", PNG)]}
    )
    assert page.status_code == 422
    phone.send()
    record = records.get(actor=_system(), app="dental", record=Submission.objects.get().record_id)
    assert record.values["写真"] == held


def test_too_large_file(resident_phone, answers, monkeypatch) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile as Upload

    from tomoni.procedures import access

    monkeypatch.setattr(access, "MAX_FILE_BYTES", 20)
    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    page = phone.answer(6, "写真", Upload("a.png", PNG))
    assert page.status_code == 413
    assert "大きすぎます" in page.content.decode()


def test_purge_removes_files_of_unsent_drafts(resident_phone, answers) -> None:
    from django.core.files.storage import default_storage
    from django.core.files.uploadedfile import SimpleUploadedFile as Upload

    from tomoni.core.models import StoredFile
    from tomoni.procedures.jobs import purge_expired_drafts

    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    phone.answer(6, "写真", Upload("a.png", PNG))
    path = StoredFile.objects.get().path
    assert default_storage.exists(path)
    with clock.at(clock.now() + timedelta(days=31)):
        purge_expired_drafts.call()
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(path)


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "😀" * 500, "x" * 10_000, "\x00\x00", "𠮷野家", "'; DROP TABLE r_1;--"],
)
def test_hostile_text(resident_phone, text: str) -> None:
    phone = resident_phone()
    phone.start()
    page = phone.answer(1, "氏名", text)
    assert page.status_code in (302, 422)
    shown = phone.client.get(phone.path("1/")).content.decode()
    assert "<script>alert" not in shown


@pytest.mark.parametrize("path", ["0/", "99/", "1/?ruby=zz", "check/?x=1"])
def test_odd_addresses(resident_phone, path: str) -> None:
    phone = resident_phone()
    phone.start()
    assert phone.client.get(phone.path(path)).status_code in (200, 302)


def test_csrf_failure_speaks_plainly(form: Form) -> None:
    page = Client(enforce_csrf_checks=True).post(f"/f/{form.slug}/")
    assert page.status_code == 403
    assert "開き直して" in page.content.decode()


def test_furigana_switch_with_and_without_cookies(resident_phone) -> None:
    phone = resident_phone()
    phone.start()
    on = phone.client.get(phone.path("1/") + "?ruby=1")
    assert "<ruby>" in on.content.decode()
    assert "<ruby>" in phone.client.get(phone.path("1/")).content.decode()
    bare = Client()
    reply = bare.post(phone.path("1/") + "?ruby=1", {"code": "氏名", "氏名": "花子"})
    assert reply["Location"].endswith("?ruby=1")


def test_english_shell(resident_phone, form: Form) -> None:
    form.en = {"title": "Book a dental visit"}
    form.save()
    page = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/f/{form.slug}/").content.decode()
    assert "Book a dental visit" in page
    assert "始める" not in page


def test_audit_has_no_personal_values(sent) -> None:
    from tomoni.core.models import AuditEntry

    text = repr(list(AuditEntry.objects.values()))
    for private in ("花子", "hanako", "2024-05-02", sent[1]):
        assert private not in text


def test_form_changed_meanwhile(resident_phone, answers, form, actor) -> None:
    from tomoni.procedures.actions.edit_questions import move_question, remove_question

    phone = resident_phone()
    phone.start()
    first = form.questions.get(field_code="氏名")
    move_question(actor=actor("dx"), form=form, question_id=first.pk, by=1)
    assert phone.answer(1, "氏名", "見本 花子").status_code == 302
    assert Draft.objects.get().answers == {"氏名": "見本 花子"}
    remove_question(actor=actor("dx"), form=form, question_id=form.questions.get(field_code="備考").pk)
    assert phone.answer(7, "備考", "x").status_code == 302
    assert "備考" not in Draft.objects.get().answers


def test_query_count_of_a_question(resident_phone, django_assert_max_num_queries) -> None:
    phone = resident_phone()
    phone.start()
    with django_assert_max_num_queries(10):
        phone.client.get(phone.path("1/"))


def test_double_tap_sends_once() -> None:
    """Six taps at once against a real database file (the test database in memory knows no waiting)."""
    script = Path(__file__).with_name("scripts") / "taps.py"
    with tempfile.TemporaryDirectory(prefix="tomoni-taps-", dir="/tmp") as folder:
        env = {k: v for k, v in os.environ.items() if k != "TOMONI_DATABASE_URL"} | {"TOMONI_DATA": folder}
        done = subprocess.run(
            [sys.executable, str(script)], env=env, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == ["302"] * 6 + ["1"]


@pytest.mark.skipif(os.environ.get("TOMONI_TEST_DB") != "postgres", reason="row locks of PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_double_tap_sends_once_on_postgresql(resident_phone, answers) -> None:
    from threading import Barrier, Thread

    from django.db import connection

    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    codes: list[int] = []
    gate = Barrier(6)

    def tap() -> None:
        gate.wait()
        try:
            codes.append(Client().post(phone.path("check/"), {"consent": "yes"}).status_code)
        finally:
            connection.close()

    threads = [Thread(target=tap) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [302] * 6
    assert Submission.objects.count() == 1


def test_publish_says_what_is_missing(app, actor) -> None:
    from tomoni.procedures.actions.create_form import create_form
    from tomoni.procedures.actions.edit_questions import remove_question
    from tomoni.procedures.actions.publish_form import publish_form

    form = create_form(actor=actor("dx"), app=app)
    remove_question(actor=actor("dx"), form=form, question_id=form.questions.get(field_code="氏名").pk)
    form.verify_field = ""
    form.save()
    with pytest.raises(Invalid) as error:
        publish_form(actor=actor("dx"), form=form)
    assert len(error.value.errors[""]) == 2
