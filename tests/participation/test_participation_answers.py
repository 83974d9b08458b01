"""Answers: one a subject, changeable for a day, few never broken down, free texts screened."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomoni.core import clock
from tomoni.core.actor import ANONYMOUS
from tomoni.core.errors import Conflict, Forbidden, Invalid
from tomoni.participation.screening import screen


def record(n: int, score: int | str = 4, text: str = "", task: str = "T1", app: str = "dental") -> int:
    from tomoni.participation.facade import record_answer

    return record_answer(
        actor=ANONYMOUS, subject=f"submission:{n}", app=app, task_id=task, score=score, text=text
    )


@pytest.mark.django_db
class TestAnswers:
    def test_one_answer_a_subject_changeable_for_a_day(self) -> None:
        from tomoni.participation.models import Answer

        first = record(1, 2, "わかりにくい")
        assert record(1, "5") == first
        answer = Answer.objects.get()
        assert (answer.score, answer.text) == (5, "")
        assert "submission" not in answer.subject_digest
        with clock.at(clock.now() + timedelta(hours=25)), pytest.raises(Conflict):
            record(1, 1)
        assert Answer.objects.get().score == 5

    @pytest.mark.parametrize("score", ["", "0", "6", "x", "５", None, 0, 4.5, "4 ", "-1"])
    def test_only_one_to_five(self, score) -> None:
        with pytest.raises(Invalid):
            record(1, score)

    def test_long_text_is_refused(self) -> None:
        with pytest.raises(Invalid):
            record(1, 3, "あ" * 1001)

    def test_few_answers_are_not_shown(self) -> None:
        from tomoni.participation.facade import summary

        shown = []
        for n in range(6):
            record(n, 1 + n % 5, "意見")
            shown.append(summary(task_id="T1"))
        assert [s.count for s in shown] == [None, None, 3, 4, 5, 6]
        assert [s.mean for s in shown] == [None, None, 2.0, 2.5, 3.0, pytest.approx(2.67)]
        assert [s.distribution is None for s in shown] == [True] * 4 + [False] * 2
        assert shown[5].distribution == {1: 2, 2: 1, 3: 1, 4: 1, 5: 1}
        assert shown[1].texts == 0
        assert summary(task_id="none").few

    def test_since_and_until_are_half_open(self) -> None:
        from tomoni.participation.facade import summary

        now = clock.now()
        for n in range(6):
            with clock.at(now + timedelta(days=n)):
                record(n)
        assert summary(task_id="T1", since=now + timedelta(days=3)).count == 3
        assert summary(task_id="T1", since=now, until=now + timedelta(days=3)).count == 3

    def test_texts_need_a_right_and_three_answers(self, actor) -> None:
        from tomoni.participation.facade import texts

        record(1, 3, "一つめ")
        record(2, 3, "二つめ 090-1234-5678")
        assert texts(actor=actor("dx"), task_id="T1") == []
        record(3, 3)
        assert [t.text for t in texts(actor=actor("dx"), task_id="T1")] == ["二つめ 〔電話番号〕", "一つめ"]
        with pytest.raises(Forbidden):
            texts(actor=ANONYMOUS, task_id="T1")

    def test_audit_keeps_no_text(self) -> None:
        from tomoni.core.models import AuditEntry

        record(1, 3, "とてもよかった")
        assert "よかった" not in repr(list(AuditEntry.objects.values()))

    def test_pages(self, client_as, django_assert_max_num_queries) -> None:
        from django.test import Client

        from tomoni.core.models import Town

        Town.objects.create(name="ともに市")
        for n in range(6):
            record(n, 4, f"意見{n} <script>")
            record(n + 10, 5, "", task="", app="other")
        dx = client_as("dx")
        assert dx.get("/together/").status_code == 200
        dx.get("/together/voices/")
        with django_assert_max_num_queries(20):
            page = dx.get("/together/voices/")
        assert page.status_code == 200
        text = dx.get("/together/voices/T1/?period=all").content.decode()
        assert "意見5 &lt;script&gt;" in text
        assert "style=" not in text
        assert dx.get("/together/voices/other/?period=zzz").status_code == 200
        assert dx.get("/together/voices/nothing/").status_code == 404
        for path in ("/together/", "/together/voices/", "/together/voices/T1/"):
            answer = Client().get(path)
            assert answer.status_code == 302
            assert "/accounts/login/" in answer["Location"]
            assert client_as("resident").get(path).status_code in (302, 403)

    def test_empty_page_explains(self, client_as) -> None:
        page = client_as("dx").get("/together/voices/")
        assert "まだありません" in page.content.decode()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("090-1234-5678 に電話", "〔電話番号〕 に電話"),
        ("０９０−１２３４−５６７８です", "〔電話番号〕です"),
        ("058(272)1111", "〔電話番号〕"),
        ("hanako@example.jp まで", "〔メールアドレス〕 まで"),
        ("番号は 1234 5678 9012", "番号は 〔12桁の番号〕"),
        ("１２３４−５６７８−９０１２", "〔12桁の番号〕"),
        ("30分で終わった。2026年4月1日、100円", "30分で終わった。2026年4月1日、100円"),
        ("", ""),
    ],
)
def test_screening(text: str, clean: str) -> None:
    assert screen(text) == (clean, clean != text)


@given(st.text(max_size=60), st.from_regex(r"\A0[789]0-[0-9]{4}-[0-9]{4}\Z"))
def test_a_mobile_number_never_survives(around: str, number: str) -> None:
    padded = f"{re.sub(r'[0-9０-９]', '', around)} {number} です"
    assert number not in screen(padded)[0]


@given(
    st.text(alphabet=st.characters(blacklist_categories=("Nd", "Cs"), blacklist_characters="@"), max_size=60)
)
def test_text_without_numbers_is_left_alone(text: str) -> None:
    assert screen(text) == (text, False)


@pytest.mark.django_db
class TestLanding:
    def test_the_room_opens_on_figures_and_the_newest_voices(self, client_as) -> None:
        for n in range(6):
            record(n, 4 + n % 2, f"意見{n}")
        record(9, 1, "一人だけの声", task="T2", app="other")
        page = client_as("dx").get("/together/").content.decode()
        assert "この90日の答え" in page
        assert ">7<" in page  # all answers
        assert [f"意見{n}" in page for n in range(6)] == [False] * 3 + [True] * 3
        assert "一人だけの声" not in page  # fewer than three answers of a task are never shown

    def test_few_answers_are_not_shown(self, client_as) -> None:
        record(1, 5, "ただ一つ")
        page = client_as("dx").get("/together/").content.decode()
        assert "3件になると" in page
        assert "ただ一つ" not in page


@pytest.mark.parametrize(
    "text", ["1234  5678  9018", "1-2-3-4-5-6-7-8-9-0-1-8", "１２３４　５６７８　９０１８です"]
)
def test_individual_numbers_are_masked_however_they_are_parted(text: str) -> None:
    masked, found = screen(text)
    assert found
    assert "9018" not in masked
