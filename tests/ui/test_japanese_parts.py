"""On pages that are not Japanese, the town's own words are marked as Japanese (WCAG 3.1.2)."""

import re

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from tomoni.core.models import Town


def shown(template: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return Template(template).render(Context(context))


def test_text_is_marked_only_where_it_is_foreign():
    assert shown("{{ x|ja }}", x="佐藤 恵") == '<span lang="ja">佐藤 恵</span>'
    assert shown("{{ x|ja }}", "ja", x="佐藤 恵") == "佐藤 恵"
    assert shown("{{ x|ja }}", x="plain") == "plain"
    assert shown("{{ x|ja }}", x=None) == "None"
    assert shown("{{ x|ja }}", x=12) == "12"


def test_only_the_japanese_parts_are_marked():
    assert shown("{{ x|ja }}", x="「乳幼児 歯科」: 4 not yet started, ともに市。") == (
        '<span lang="ja">「乳幼児 歯科」</span>: 4 not yet started, <span lang="ja">ともに市。</span>'
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_markup_in_data_stays_text(language):
    text = shown("{{ x|ja }}", language, x="<b>児童</b>&amp;<script>")
    assert "<b>" not in text
    assert "<script>" not in text
    assert "&amp;amp;" in text


def test_attribute():
    assert shown("<th{% ja x %}>", x="受付") == '<th lang="ja">'
    assert shown("<th{% ja x y %}>", x="a", y="受付") == '<th lang="ja">'
    assert shown("<th{% ja x %}>", x="open") == "<th>"
    assert shown("<th{% ja %}>") == '<th lang="ja">'
    assert shown("<th{% ja %}>", "ja") == "<th>"


def test_status_tag_and_field():
    assert 'lang="ja"' in shown('{% tag "new" x %}', x="受付")
    assert 'lang="ja"' not in shown('{% tag "new" x %}', x="received")

    class Person(forms.Form):
        name = forms.CharField(label="氏名")

    assert '<span lang="ja">氏名</span>' in shown("{% field f.name %}", f=Person({"name": "x"}))
    assert 'value="恵" ' in shown("{% field f.name %}", f=Person({"name": "恵"}))
    assert re.search(r'<input[^>]* lang="ja"', shown("{% field f.name %}", f=Person({"name": "恵"})))
    assert "lang=" not in shown("{% field f.name %}", "ja", f=Person({"name": "恵"}))


PAGES = [
    "/",
    "/me/",
    "/settings/town/",
    "/settings/audit/",
    "/settings/departments/",
    "/settings/people/",
    "/settings/departments/kenko/",
    "/notices/",
]


def unmarked(page: str) -> list[str]:
    """Japanese words of a page's body outside any element that says so; form values carry it on the control."""
    body = page[page.index("<main") : page.index("</main>")]
    body = re.sub(r'<(\w+)[^>]* lang="ja"[^>]*>.*?</\1>', "", body, flags=re.S)
    return re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]+", re.sub(r"<[^>]*>", " ", body))


@pytest.mark.parametrize("path", PAGES)
def test_pages_in_english_mark_every_japanese_word(client_as, section, path):
    Town.objects.create(name="ともに市", hours="平日")
    client = client_as("admin")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(path)
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text
    assert unmarked(answer.text) == []
