"""Conditions as rows and as query text mean the same; what is more than rows stays text."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tomoni.automation.conditions import BARE, SETS, Row, split, to_query, to_rows
from tomoni.automation.querycheck import query_fault
from tomoni.engines.query import parse
from tomoni.records.schema.spec import AppSpec, FieldSpec

SPEC = AppSpec(
    code="a", name="a", fields=(FieldSpec("件名", "text", "件名"), FieldSpec("種類", "choice", "種類"))
)
values = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs"), exclude_characters="、,"),
    min_size=1,
    max_size=12,
)


@st.composite
def rows(draw):
    op = draw(st.sampled_from(["eq", "ne", "ge", "le", "like", *BARE, *SETS]))
    if op in BARE:
        value = ""
    elif op in SETS:
        value = "、".join(draw(st.lists(values, min_size=1, max_size=3)))
    else:
        value = draw(values)
    return Row(draw(st.sampled_from(["件名", "種類", "ステータス"])), op, value)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows(), max_size=4))
def test_rows_come_back_from_their_text_and_the_text_is_a_query(many):
    text = to_query(many)
    assert to_rows(text) == many
    parse(text)
    assert query_fault(text, SPEC) == ""


@given(st.text(max_size=60))
def test_any_text_gives_rows_that_mean_it_or_none(text):
    found = to_rows(text)
    if found:
        assert to_query(found) == text.strip()


def test_more_than_rows_stays_text():
    for text in (
        '件名 = "a" or 種類 = "b"',
        '(件名 = "a")',
        "件名 = TODAY()",
        '件名 = "a" order by 件名',
        "件名",
    ):
        assert to_rows(text) is None


def test_faults_name_the_place():
    for text, word in (
        ("ない is empty", "ない"),
        ('件名 = "a" or', "途中"),
        ('件名 = "a" order by 件名', "条件だけ"),
        ('a" = 1', "引用符"),
        ('件名 = "a") or (件名 = "b"', ")"),
    ):
        assert word in query_fault(text, SPEC), text


def test_values_are_split_at_commas_of_both_kinds():
    assert split("い、ろ, は,,") == ["い", "ろ", "は"]
