"""The resident form in English: texts of the kit, carried to the form, edited by staff, Japanese where there is none."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tomoni.core.errors import Invalid
from tomoni.kits import facade as kits
from tomoni.procedures import facade, kitpart
from tomoni.procedures.actions.publish_form import publish_form
from tomoni.procedures.words import state_words
from tomoni.records import facade as records

pytestmark = pytest.mark.django_db
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.fixture
def booking(town, actor, section):
    """The published form of the dental kit."""
    app = kits.install(actor=actor("dx"), code="dental-reception", department_code="kenko")
    return publish_form(actor=actor("dx"), form=facade.form_for_app(app))


@pytest.fixture
def visitor():
    return Client(HTTP_ACCEPT_LANGUAGE="en")


def japanese(text):
    """Whether there is Japanese besides what is meant: the place staff named in the slots, dates of the Japanese era."""
    return JAPANESE.search(re.sub(r"保健センター|令和\d+年\d+月\d+日", "", text))


def part(page, pattern):
    """The text of the first element that matches, without tags."""
    found = re.search(pattern, page.content.decode(), re.S)
    assert found, pattern
    return re.sub(r"<[^>]+>", "", found.group(1))


def walk(visitor, form):
    """The pages of all questions up to the summary, answered."""
    moved = visitor.post(f"/f/{form.slug}/")
    slot = records.slots(app=form.app_code, field="希望の日時")[0].starts_at.isoformat()
    answers = {
        "希望の日時": slot, "お子さんの氏名": "A B", "お子さんの生年月日": "2024-05-02", "保護者の氏名": "C B",
        "保護者のふりがな": "", "相談したいこと": ["むし歯", "その他"], "連絡の方法": "電話", "電話番号": "000-0000-0001",
    }  # fmt: skip
    pages, where = [], moved["Location"]
    while not where.endswith("/check/"):
        pages.append(visitor.get(where))
        code = re.search(r'name="code" value="([^"]+)"', pages[-1].content.decode()).group(1)
        where = visitor.post(where, {"code": code, code: answers[code]})["Location"]
    return pages, visitor.get(where)


def test_every_question_is_in_english(booking, visitor):
    start = visitor.get(f"/f/{booking.slug}/")
    assert "Book a dental consultation" in part(start, r"<h1>(.*?)</h1>")
    pages, summary = walk(visitor, booking)
    assert len(pages) == 8
    for page in pages:
        form = part(page, r'(<form class="question".*?)<div class="actions')
        assert not japanese(form), form
    said = part(summary, r'<dl class="res-summary">(.*?)</dl>')
    assert "Tooth decay, Something else" in said
    assert "Telephone" in said
    assert not japanese(said), said


def test_what_is_stored_is_the_apps_own_word(booking, visitor):
    _pages, summary = walk(visitor, booking)
    visitor.post(summary.request["PATH_INFO"], {"consent": "yes"})
    from tomoni.core.actor import system

    (row,) = records.find(actor=system("test"), app=booking.app_code).records
    assert row.values["相談したいこと"] == ["むし歯", "その他"]
    assert row.values["連絡の方法"] == "電話"


def test_messages_use_the_english_label(booking, visitor):
    moved = visitor.post(f"/f/{booking.slug}/")["Location"].replace("/1/", "/2/")
    page = visitor.post(moved, {"code": "お子さんの氏名", "お子さんの氏名": ""})
    assert page.status_code == 422
    text = page.content.decode()
    assert "Child’s name" in text
    assert "お子さんの氏名" not in part(page, r'(<div class="notice notice--bad".*?</div>)')


def test_without_english_the_japanese_is_marked(booking, visitor):
    question = booking.questions.get(field_code="相談したいこと")
    question.en = {"choices": {"むし歯": "Tooth decay"}}
    question.save()
    pages, summary = walk(visitor, booking)
    text = pages[5].content.decode()
    assert '<h1 id="question-text" lang="ja">どんなことを相談したいですか</h1>' in text
    assert "<span>Tooth decay</span>" in text
    assert '<span><span lang="ja">その他</span></span>' in text
    assert '<dt lang="ja">相談したいこと</dt>' in summary.content.decode()


def test_japanese_readers_see_no_english(booking):
    reader = Client(HTTP_ACCEPT_LANGUAGE="ja")
    pages, _summary = walk(reader, booking)
    text = pages[5].content.decode()
    assert "Tooth decay" not in text
    assert "<span>むし歯</span>" in text


def test_words_of_the_states(booking, settings):
    from django.utils import translation

    with translation.override("en"):
        assert state_words(booking, "完了", "done").label == "Your booking is confirmed"
        booking.en = {}
        assert state_words(booking, "完了", "done").label != "予約が決まりました"
    with translation.override("ja"):
        assert state_words(booking, "完了", "done").label == "予約が決まりました"


def test_staff_edit_the_english_and_lose_nothing(booking, client_as):
    question = booking.questions.get(field_code="連絡の方法")
    url = reverse("procedures:staff_question", args=[booking.slug, question.pk])
    shown = client_as("dx").get(url).content.decode()
    assert 'value="E-mail"' in shown
    sent = {
        "text": question.text, "text_en": "How?", "label_en": "Way", "choice_en-0": "Mail", "choice_en-2": "Letter",
    }  # fmt: skip
    assert client_as("dx").post(url, sent).status_code == 302
    question.refresh_from_db()
    assert question.en == {"text": "How?", "label": "Way", "choices": {"メール": "Mail", "手紙": "Letter"}}
    page = client_as("dx").get(reverse("procedures:staff_form_edit", args=[booking.slug]))
    form = page.context["edited"]
    values = {n: form[n].value() if form[n].value() is not None else "" for n in form.fields}
    assert client_as("dx").post(page.request["PATH_INFO"], values | {"title_en": "New"}).status_code == 302
    booking.refresh_from_db()
    assert booking.en["title"] == "New"
    assert booking.en["status_words"]["完了"]["label"] == "Your booking is confirmed"


@pytest.mark.parametrize(
    ("english", "path"),
    [
        ("text", "questions.0.en"),
        ({"txt": "x"}, "questions.0.en.txt"),
        ({"choices": {"ない": "x"}}, "questions.0.en.choices.ない"),
        ({"choices": ["x"]}, "questions.0.en.choices"),
    ],
)
def test_faults_of_a_kits_english(booking, english, path):
    schema = records.schema(code=booking.app_code)
    data = {"title": "題", "questions": [{"field": "連絡の方法", "en": english}]}
    assert [p for p, _m in kitpart.check(data, kitpart._spec(schema))] == [path]
    with pytest.raises(Invalid):
        kitpart.install(actor=_dx(), app=booking.app_code, data=data)


def _dx():
    from tomoni.people.models import User
    from tomoni.people.queries import actor_for

    return actor_for(User.objects.get(username="dx"))


def test_the_english_travels_in_the_kit(booking, actor):
    out = kitpart.export(actor=actor("dx"), app=booking.app_code)
    asked = {q["field"]: q for q in out["questions"]}
    assert asked["連絡の方法"]["en"]["choices"]["手紙"] == "Letter"
    assert out["en"]["status_words"]["取消"]["label"] == "Your booking is cancelled"
