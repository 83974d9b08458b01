"""The status page: right and wrong look alike, throttled, live, with a letter, a way out and one question."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.participation.models import Answer
from tomoni.procedures import receipt, secrets
from tomoni.procedures.models import Submission
from tomoni.records import facade as records

pytestmark = pytest.mark.django_db
BIRTH = "令和6年5月2日"


def look(number: str, proof: str = BIRTH, client: Client | None = None):
    return (client or Client()).post("/r/", {"number": number, "proof": proof})


def run(actor, name: str) -> None:
    submission = Submission.objects.get()
    records.run_action(actor=actor, app="dental", record=submission.record_id, action=name)


def test_state_in_words_and_dates_only(sent, actor) -> None:
    page = look(sent[1])
    text = page.content.decode()
    assert page.status_code == 200
    assert "受け付けました" in text
    run(actor("clerk"), "確認する")
    text = look(sent[1].lower().replace("-", " ")).content.decode()
    assert "内容を確かめています" in text
    assert text.count("<time") == 2
    assert "花子" not in text
    assert "テスト" not in text
    assert all("csrf" in name for name in page.cookies)
    assert page["Referrer-Policy"] == "same-origin"  # `no-referrer` would make browsers fail the CSRF check


def test_right_number_wrong_proof_and_no_number_look_alike(sent) -> None:
    wrong_proof = look(sent[1], "昭和33年5月2日")
    unknown = look(receipt.generate(clock.today()), BIRTH)
    nonsense = look("abc", BIRTH)

    def bare(page) -> str:
        import re

        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
        return re.sub(r'id="number" name="number" value="[^"]*"', "", text)

    assert wrong_proof.status_code == unknown.status_code == nonsense.status_code == 422
    assert bare(wrong_proof) == bare(unknown) == bare(nonsense)


def test_wrong_and_unknown_take_the_same_queries(sent) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (sent[1], receipt.generate(clock.today()), "abc"):
        with CaptureQueriesContext(connection) as found:
            look(number, "昭和33年5月2日")
        counts.append(len(found))
    assert len(set(counts)) == 1


def test_throttled_by_number_and_told_when(sent) -> None:
    codes = [look(sent[1], f"昭和33年5月{n}日").status_code for n in range(1, 8)]
    assert codes == [422] * 5 + [429] * 2
    page = look(sent[1])
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert "お電話ください" in page.content.decode()
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert look(sent[1]).status_code == 200


def test_throttled_by_address(sent) -> None:
    codes = [look(receipt.generate(clock.today())).status_code for _ in range(45)]
    assert codes.count(429) == 5


@pytest.mark.parametrize("proof", ["2024-05-02", "R6.5.2", "２０２４年５月２日"])
def test_proof_is_folded(sent, proof: str) -> None:
    assert look(sent[1], proof).status_code == 200


def test_missing_parts_are_named(db) -> None:
    page = look("", "")
    assert page.status_code == 422
    assert page.content.decode().count('class="error"') == 2


def test_telephone_as_proof(app, form, actor, answers, slots) -> None:
    from django.db import transaction

    from tomoni.core.actor import Actor
    from tomoni.procedures.actions.make_submission import make_submission
    from tomoni.procedures.questions import asked_now

    form.verify_field = "備考"
    form.save()
    values = answers | {"備考": "０９０-1234-5678"}
    with transaction.atomic():
        _made, number = make_submission(
            actor=Actor(kind="anonymous", roles=frozenset({"form:dental"})),
            form=form, asked=asked_now(form, values), answers=values, channel="online", source="form", once="x",
        )  # fmt: skip
    assert look(number, "+81 90 1234 5678").status_code == 200
    assert look(number, BIRTH).status_code == 200, "the birth date was given as well"
    assert look(number, "昭和33年5月2日").status_code == 422


def test_withdraw_in_the_first_state_only(sent, actor, slots) -> None:
    page = look(sent[1])
    assert [a.name for a in page.context["progress"].actions] == ["取り消す"]
    ticket = page.context["ticket"]
    client = Client()
    sure = client.post("/r/act/", {"ticket": ticket, "name": "取り消す"})
    assert "行いますか" in sure.content.decode()
    assert (
        records.get(actor=system("t"), app="dental", record=Submission.objects.get().record_id).status
        == "受付"
    )
    done = client.post(
        "/r/act/", {"ticket": ticket, "name": "取り消す", "sure": "yes", "comment": "都合が悪くなりました"}
    )
    assert "取りやめになりました" in done.content.decode()
    assert records.slots(app="dental", field="日時")[0].taken == 0
    again = client.post("/r/act/", {"ticket": ticket, "name": "取り消す", "sure": "yes"})
    assert again.status_code == 409


def test_actions_not_opened_to_applicants_are_refused(sent, actor) -> None:
    ticket = look(sent[1]).context["ticket"]
    for name in ("却下する", "確認する", "", "x" * 5000):
        assert Client().post("/r/act/", {"ticket": ticket, "name": name, "sure": "yes"}).status_code == 409
    run(actor("clerk"), "確認する")
    assert Client().post("/r/act/", {"ticket": ticket, "name": "取り消す", "sure": "yes"}).status_code == 409


def test_tickets_expire_and_cannot_be_made_up(sent) -> None:
    ticket = look(sent[1]).context["ticket"]
    for bad in (ticket + "x", "1:1:1", secrets.make_ticket("answer", Submission.objects.get().pk)):
        assert Client().post("/r/letter/", {"ticket": bad}).status_code == 410
    assert Client().post("/r/letter/").status_code == 302
    assert Client().get("/r/letter/").status_code == 405
    import time
    from unittest import mock

    with mock.patch("time.time", return_value=time.time() + 31 * 60):
        page = Client().post("/r/letter/", {"ticket": ticket})
    assert page.status_code == 410
    assert "時間がたちました" in page.content.decode()


def test_letter_for_the_applicant(sent) -> None:
    page = Client(HTTP_ACCEPT_LANGUAGE="en").post("/r/letter/", {"ticket": look(sent[1]).context["ticket"]})
    text = page.content.decode()
    for part in ("見本 花子　様", "公印省略", sent[1], "令和", "0000-12-3456", "希望の日時"):
        assert part in text


def test_one_question_at_the_receipt_and_at_the_end(sent, actor) -> None:
    phone, number = sent
    ticket = phone.client.get(phone.path("done/")).context["ticket"]
    page = Client().post(
        "/r/answer/", {"ticket": ticket, "scope": "answer", "score": "4", "text": "電話は 090-1234-5678"}
    )
    assert page.status_code == 200
    answer = Answer.objects.get()
    assert (answer.score, answer.task_id, answer.app_code) == (4, "std-0731", "dental")
    assert "090" not in answer.text
    run(actor("clerk"), "確認する")
    run(actor("clerk"), "完了にする")
    seen = look(number)
    assert "わかりやすかったですか" in seen.content.decode()
    Client().post("/r/answer/", {"ticket": seen.context["ticket"], "scope": "status", "score": "2"})
    assert Answer.objects.get().score == 2  # one a subject
    bad = Client().post("/r/answer/", {"ticket": seen.context["ticket"], "scope": "status", "score": "9"})
    assert bad.status_code == 422
    # The ticket of the receipt page opens nothing but the answer.
    assert Client().post("/r/letter/", {"ticket": ticket}).status_code == 410


def test_deleted_record_still_answers_in_words(sent, actor) -> None:
    records.delete_record(actor=actor("dx"), app="dental", record=Submission.objects.get().record_id)
    page = look(sent[1])
    assert page.status_code == 200
    assert "担当の課にお聞きください" in page.content.decode()


def test_facade(sent) -> None:
    from tomoni.procedures import facade

    submission = Submission.objects.get()
    assert facade.form_for_app("dental").slug == "dental"
    assert facade.form_for_app("none") is None
    assert facade.submission_for_record("dental", submission.record_id) == submission
    assert facade.submission_for_record("dental", 999) is None
    assert facade.notify_address("dental", submission.record_id) == "hanako@example.jp"
    assert facade.submissions_count("dental") == 1
    assert facade.submissions_count("dental", since=clock.now() + timedelta(days=1)) == 0
    assert facade.receipt_number(submission) == sent[1]
