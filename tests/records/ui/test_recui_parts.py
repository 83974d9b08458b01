"""Widgets, query text, what the room shows outside itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tomoni.core import clock
from tomoni.engines.query import parse
from tomoni.records import facade, fieldtypes
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views import conditions, csvfile, fieldwords, querytext, shell, widgets

INPUTS = [name for name, kind in fieldtypes.REGISTRY.items() if kind.entered and name != "table"]
COMPUTED = [name for name in fieldtypes.REGISTRY if name.startswith("calc")]
FOR_THE_BUILDER = {"lookup"}  # they need other apps to choose from, not a list of settings


@pytest.fixture(autouse=True)
def _japanese():
    with translation.override("ja"):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("name", INPUTS)
def test_every_type_has_a_widget_that_says_what_it_needs(name):
    chosen = ("choice", "multichoice", "radio", "checkbox", "category")
    options = {"choices": ["い", "ろ"]} if name in chosen else {}
    spec = FieldSpec("項目", name, "なまえ<b>", required=True, help="たすけ", options=options)
    html = render_to_string(spec.template, {"field": spec, "value": None, "errors": ["だめです"]})
    assert "なまえ&lt;b&gt;" in html
    assert "必須" in html
    assert 'id="f-項目-e"' in html
    assert html.index("だめです") < html.index("たすけ")
    assert "style=" not in html
    assert "onclick" not in html
    quiet = render_to_string(
        spec.template, {"field": spec, "value": None, "errors": None, "labelled_by": "h1", "big": True}
    )
    # The question is the label; the short name stands beside 必須 as plain text, once.
    assert '<span class="label">なまえ&lt;b&gt;</span>' in quiet
    assert quiet.replace('aria-label="なまえ&lt;b&gt;"', "").count("なまえ") == 1
    assert "必須" in quiet


@pytest.mark.django_db
def test_types_are_offered_in_plain_words():
    assert {t.code for t in fieldwords.words()} == {*INPUTS, *COMPUTED} - FOR_THE_BUILDER
    for kind in fieldwords.words():
        assert {o.name for o in kind.options} <= set(fieldtypes.get(kind.code).option_names)


def test_many_choices_become_a_list():
    spec = FieldSpec("県", "choice", "県", options={"choices": [f"県{n}" for n in range(47)]})
    html = render_to_string(spec.template, {"field": spec, "value": "県3", "errors": None})
    assert '<option value="県3" selected>' in html
    assert html.count("<option") == 48


def test_known_labels_fill_themselves():
    made = [
        widgets.control(FieldSpec("x", "text", label), None, False) for label in ("氏名", "電話番号", "メモ")
    ]
    assert [(c.autocomplete, c.input_type) for c in made] == [("name", "text"), ("tel", "tel"), ("", "text")]


@pytest.mark.django_db
def test_residents_are_shown_no_staff(dental, actor):
    from tomoni.core.actor import ANONYMOUS

    spec = facade.schema(code="dental").field("担当者")
    assert widgets.options(spec, None, ANONYMOUS) == []
    assert widgets.options(spec, None, actor("clerk"))


@given(st.text(max_size=200))
def test_any_text_survives_as_a_string_of_the_query_language(text):
    query = parse(f"氏名 = {conditions.quoted(text)}")
    assert query.where.values[0].value == text  # type: ignore[union-attr]


@given(st.text(alphabet='ab "\\order by limit()', max_size=60))
def test_split_never_looks_into_strings(text):
    condition = f"氏名 = {conditions.quoted(text)}"
    assert querytext.split(f"{condition} order by 人数 desc, 氏名 asc limit 5 offset 2") == (
        condition,
        "人数 desc, 氏名 asc",
    )
    assert querytext.split(condition) == (condition, "")
    assert querytext.split(querytext.ordered(condition, "人数 asc")) == (condition, "人数 asc")


@given(st.text(max_size=50))
def test_no_csv_text_begins_a_formula(text):
    made = csvfile.safe(text)
    assert made.removeprefix("'") == text or made == text
    stripped = made.strip()
    assert not stripped or stripped[0] not in "=+-@＝＋－＠" or made.startswith("'")
    csvfile.encode(made, "cp932")
    csvfile.encode(made, "utf-8")


@pytest.mark.django_db
def test_today_changes_and_search(dental, add, actor, stranger, django_assert_max_num_queries):
    from tomoni.people.queries import actor_for

    add(30, 氏名="歯の 相談者")
    facade.run_action(actor=actor("clerk"), app="dental", record=1, action="確認を始める")
    dx, other = actor("dx"), actor_for(stranger)
    with django_assert_max_num_queries(12):
        waiting = list(shell.waiting(dx))
    assert [w.url for w in waiting] == [f"/build/apps/dental/{n}/" for n in range(2, 7)]
    assert waiting[0].state == "new"
    since = clock.now() - timedelta(days=1)
    with django_assert_max_num_queries(12):
        changes = list(shell.changed(dx, since))
    assert "30件" in changes[0].text
    assert not list(shell.changed(actor("clerk"), since)), "one's own changes are no news"
    with django_assert_max_num_queries(20):
        found = list(shell.found(dx, "相談"))
    assert found[0][0] == "歯科相談"
    assert 1 < len(found) <= 10
    assert not list(shell.waiting(other))
    assert not list(shell.found(other, "相談"))
    assert list(shell.found(dx, "　")) == []


def test_a_location_can_be_typed_and_offers_the_place_where_one_is(dental, client_as):
    """The button is hidden until the script that fills the numbers has found it."""
    text = client_as("clerk").get("/build/apps/dental/new/").content.decode()
    part = text.split("data-location>")[1].split("</fieldset>")[0]
    assert part.index("<div hidden>") < part.index("data-here ") < part.index('name="場所.lat"')
    assert 'role="status" data-here-said' in part
    assert 'name="場所.lon"' in part
