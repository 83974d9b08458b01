"""What new users stumbled over: numbers that must never be stored, items that forms need, records in the trash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tomoni.core.errors import Invalid

NUMBER = "123456789018"  # passes the check digit of an individual number
DASHED = "1234-5678-9018"


def _add_telephone(actor, form) -> None:
    """The form asks for a telephone number as well."""
    from tomoni.procedures.actions.edit_questions import add_question
    from tomoni.records import facade as records
    from tomoni.records.schema.spec import FieldSpec

    spec = FieldSpec(
        "電話", "text", "電話番号", options={"format": "phone"}, personal="personal", purpose="連絡のため"
    )
    records.add_field(actor=actor, app=form.app_code, field=spec)
    add_question(actor=actor, form=form, field="電話")


@pytest.mark.parametrize("typed", [NUMBER, DASHED, "１２３４５６７８９０１８"])
def test_individual_number_never_reaches_the_draft(resident_phone, form, typed) -> None:
    from tomoni.procedures.models import Draft

    phone = resident_phone()
    phone.start()
    page = phone.answer(1, "氏名", "見本 花子")
    assert page.status_code == 302
    page = phone.answer(1, "氏名", f"見本 {typed}")
    assert page.status_code == 422
    assert "個人番号" in page.content.decode()
    assert Draft.objects.get().answers["氏名"] == "見本 花子", "the answer from before stays"
    page = phone.answer(1, "氏名", typed, then="later")
    assert page.status_code == 422
    assert "5678" not in str(Draft.objects.get().answers)


def test_slots_are_not_taken_for_numbers(resident_phone, form, answers) -> None:
    phone = resident_phone()
    phone.start()
    assert phone.fill(answers).endswith("/check/")


@pytest.mark.parametrize(
    ("code", "word"),
    [("生年月日", "確認に使っています"), ("メール", "メールを送ります"), ("備考", "の質問「")],
)
def test_an_open_form_keeps_its_items(form, actor, code, word) -> None:
    from tomoni.procedures.models import Form
    from tomoni.records import facade as records

    Form.objects.update(email_field="メール")
    with pytest.raises(Invalid) as refused:
        records.delete_field(actor=actor("dx"), app="dental", field=code)
    text = str(refused.value.errors)
    assert word in text
    assert form.title in text
    assert code in records.schema(code="dental").by_code


def test_a_form_in_preparation_keeps_nothing(form, actor) -> None:
    from tomoni.procedures.models import Form
    from tomoni.records import facade as records

    Form.objects.update(state=Form.State.DRAFT)
    records.delete_field(actor=actor("dx"), app="dental", field="備考")
    assert "備考" not in records.schema(code="dental").by_code


def test_automations_keep_their_items(form, actor) -> None:
    from tomoni.automation import facade as automation
    from tomoni.procedures.models import Form
    from tomoni.records import facade as records

    rule = {
        "name": "備考のあるものを知らせる",
        "trigger": "state_changed",
        "to": ["確認"],
        "when": "備考 is not empty",
        "actions": [{"kind": "notice", "to": "section", "text": "見てください"}],
    }
    automation.install(actor=actor("dx"), app="dental", rules=[rule])
    Form.objects.update(state=Form.State.DRAFT)
    with pytest.raises(Invalid, match="備考のあるものを知らせる"):
        records.delete_field(actor=actor("dx"), app="dental", field="備考")
    records.delete_field(actor=actor("dx"), app="dental", field="写真")


def test_nothing_is_taken_without_the_proof(form, resident_phone, answers) -> None:
    from tomoni.procedures.models import Form, Submission

    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    form.questions.filter(field_code="生年月日").update(field_code="消えた項目")
    page = phone.send()
    assert page.status_code == 422
    assert Submission.objects.count() == 0
    Form.objects.update(verify_field="")
    assert phone.send().status_code == 422
    assert Submission.objects.count() == 0


def test_birth_date_or_telephone_whichever_was_given(form, actor, resident_phone, answers) -> None:
    from django.test import Client

    _add_telephone(actor("dx"), form)
    phone = resident_phone()
    phone.start()
    phone.fill({**answers, "電話": "０００-0000-0001"})
    assert phone.send().status_code == 302
    number = phone.number()
    assert "生年月日か電話番号" in phone.client.get(phone.path("done/")).content.decode()
    for proof, status in (("令和6年5月2日", 200), ("000 0000 0001", 200), ("000-0000-0002", 422), ("-", 422)):
        assert Client().post("/r/", {"number": number, "proof": proof}).status_code == status, proof


def test_only_what_was_given_opens(form, actor, resident_phone, answers) -> None:
    from django.test import Client

    _add_telephone(actor("dx"), form)
    phone = resident_phone()
    phone.start()
    phone.fill({**answers, "電話": ""})
    phone.send()
    done = phone.client.get(phone.path("done/")).content.decode()
    assert "書いていただいた生年月日を" in done
    assert Client().post("/r/", {"number": phone.number(), "proof": "000-0000-0001"}).status_code == 422


def test_a_record_in_the_trash_is_not_a_withdrawal(sent, client_as, actor) -> None:
    from django.test import Client

    from tomoni.procedures.models import Submission

    made = Submission.objects.get()
    dx = client_as("dx")
    address = f"/build/apps/dental/{made.record_id}/delete/"
    asked = dx.post(address)
    assert asked.status_code == 200
    assert "住民から届いた申請です" in asked.content.decode()
    assert Client().post("/r/", {"number": sent[1], "proof": "令和6年5月2日"}).context["progress"].state
    assert dx.post(address, {"sure": "yes"}).status_code == 302
    page = Client().post("/r/", {"number": sent[1], "proof": "令和6年5月2日"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "担当の課にお聞きください" in text
    assert "取りやめ" not in text
    assert "わかりやすかったですか" not in text
    staff = dx.get(f"/connect/submissions/{made.pk}/")
    assert staff.status_code == 200
    assert "記録はごみ箱" in staff.content.decode()


def test_staff_see_what_was_asked_for_in_their_own_words(sent, client_as) -> None:
    from tomoni.procedures.models import Submission

    text = client_as("clerk").get(f"/connect/submissions/{Submission.objects.get().pk}/").content.decode()
    assert "見本 花子" in text
    assert "令和6年5月2日" in text
    assert "<p>受付</p></li>" in text


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("生年月日", "令和99年5月2日"),
        ("生年月日", "2199-01-01"),
        ("氏名", "見本\u202e花子"),
        ("電話", "abc"),
        ("電話", "1234"),
        ("電話", "000-0000-00011111"),
        ("あて先", "<a@b.c>"),
        ("あて先", "a@example.jpBcc: x@y.z"),
        ("あて先", "a@b"),
    ],
)
def test_answers_nobody_can_use_are_refused(form, actor, code, typed) -> None:
    from tomoni.records import facade as records
    from tomoni.records.schema.spec import FieldSpec

    fields = {
        "電話": FieldSpec("電話", "text", "電話番号", options={"format": "phone"}),
        "あて先": FieldSpec("あて先", "text", "あて先", options={"format": "mail"}),
    }
    field = fields.get(code) or records.schema(code="dental").field(code)
    with pytest.raises(Invalid):
        records.clean_value(actor=actor("dx"), field=field, raw=typed)


@pytest.mark.parametrize(
    ("wanted", "typed", "kept"),
    [
        ("mail", "ｈａｎａ＠example.jp", "hana@example.jp"),
        ("mail", "o'neil+tag@sub.example.co.jp", "o'neil+tag@sub.example.co.jp"),
        ("phone", "０９０ー1234ー5678", "090ー1234ー5678"),
        ("phone", "\u202d(000) 0000-0001\u202c", "(000) 0000-0001"),
        ("phone", "+1 202 555 0100", "+1 202 555 0100"),
    ],
)
def test_formats_take_what_people_write(actor, wanted, typed, kept) -> None:
    from tomoni.records import facade as records
    from tomoni.records.schema.spec import FieldSpec

    field = FieldSpec("a", "text", "a", options={"format": wanted})
    assert records.clean_value(actor=actor("dx"), field=field, raw=typed) == kept
    with pytest.raises(Invalid):
        records.clean_value(actor=actor("dx"), field=replace(field, options={"format": "mail"}), raw="a b")


def test_private_characters_are_kept_and_announced(form, resident_phone, answers, client_as) -> None:
    from tomoni.procedures.models import Submission

    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    assert "外字" not in phone.client.get(phone.path("check/")).content.decode()
    phone.answer(1, "氏名", "見本 \ue000子")
    assert "外字" in phone.client.get(phone.path("check/")).content.decode()
    phone.send()
    page = client_as("clerk").get(f"/connect/submissions/{Submission.objects.get().pk}/").content.decode()
    assert "外字" in page
    assert "\ue000子" in page


@pytest.mark.parametrize(
    ("code", "word"), [("方法", "を選んで"), ("日時", "を選んで"), ("氏名", "を入力して")]
)
def test_choices_are_chosen_not_typed(form, resident_phone, answers, code, word) -> None:
    from tomoni.procedures.questions import all_questions

    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    at = [a.field_code for a in all_questions(form)].index(code) + 1
    assert word in phone.answer(at, code, "").content.decode()


def test_a_slot_that_cannot_be_read(form, resident_phone, answers) -> None:
    from tomoni.procedures.questions import all_questions

    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    at = [a.field_code for a in all_questions(form)].index("日時") + 1
    page = phone.answer(at, "日時", "あしたの朝").content.decode()
    assert "枠を選び直してください" in page
    assert "日時として読めません" not in page


def test_two_people_at_one_question(form, client_as) -> None:
    from tomoni.procedures.models import Question

    pk = form.questions.get(field_code="氏名").pk
    dx, address = client_as("dx"), f"/connect/forms/{form.slug}/questions/{pk}/"
    opened = dx.get(address).context["edited"]["opened_on"].value()
    mine = {"text": "お名前は何ですか", "help": "", "why": "連絡のため", "required": "", "opened_on": opened}
    assert dx.post(address, {**mine, "text": "先に保存した質問"}).status_code == 302
    stale = dx.post(address, mine)
    text = stale.content.decode()
    assert stale.status_code == 409
    assert "先に保存した質問" in text
    assert "お名前は何ですか" in text
    assert [label for label, _mine, _theirs in stale.context["differing"]] == ["質問"]
    assert Question.objects.get(pk=pk).text == "先に保存した質問"
    again = {**mine, "opened_on": stale.context["edited"]["opened_on"].value()}
    assert dx.post(address, again).status_code == 302
    assert Question.objects.get(pk=pk).text == "お名前は何ですか"


def test_promised_days_on_the_page_of_today(sent, form, actor) -> None:
    from datetime import timedelta

    from tomoni.core import clock
    from tomoni.procedures import sources
    from tomoni.procedures.models import Form, Submission

    def rows():
        return [w for w in sources.today(actor("clerk")) if "申請" in w.title]

    assert [w.due for w in rows()] == [None], "nothing was promised"
    Form.objects.update(days=3)
    made = Submission.objects.get()
    due = sources.promised("dental", [made.record_id])[made.record_id]
    assert [(w.due, w.state) for w in rows()] == [(due, "new")]
    with clock.at(due + timedelta(days=1)):
        late, new = rows()
        assert (late.due, late.state, new.due) == (due, "late", None)


def test_the_number_of_questions_never_grows(form, resident_phone, answers) -> None:
    phone = resident_phone()
    phone.start()
    totals, where = [], phone.path("1/")
    while not where.endswith("/check/"):
        page = phone.client.get(where)
        totals.append(page.context["total"])
        code = page.context["field"].code
        where = phone.client.post(
            where, {"code": code, code: "電話" if code == "方法" else answers.get(code, "")}
        )["Location"]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] == totals[-1] + 1
    assert "質問は多くて" in phone.client.get(f"/f/{form.slug}/").content.decode()


def test_entry_lists_every_fault_at_once(form, client_as) -> None:
    page = client_as("clerk").post(f"/connect/forms/{form.slug}/enter/", {})
    text = page.content.decode()
    assert page.status_code == 422
    assert {"channel", "氏名", "生年月日", "方法", "日時"} <= set(page.context["errors"])
    assert "「連絡の方法」が「メール」のときに聞きます。" in text
    mail = next(r for r in page.context["rows"] if r["field"].code == "メール")
    assert not mail["field"].required


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2026-11-25T09:30:00+09:00", "9:30–10:30", "午前9時30分〜10時30分"),
        ("2026-11-25T11:30:00+09:00", "11:30–12:30", "午前11時30分〜午後0時30分"),
        ("2026-11-25T14:00:00+09:00", "14:00", "午後2時"),
    ],
)
def test_times_in_words(start, end, text) -> None:
    from types import SimpleNamespace

    from tomoni.procedures.templatetags.procedures import spoken_times

    assert spoken_times(SimpleNamespace(value=start, label=end)) == text


def test_examples_stay_whole() -> None:
    from tomoni.records.templatetags.records import whole

    assert whole("例: 2024-05-02 <b>") == '例: <span class="nowrap">2024-05-02</span> &lt;b&gt;'
    assert whole("090-1234-5678か") == '<span class="nowrap">090-1234-5678</span>か'
