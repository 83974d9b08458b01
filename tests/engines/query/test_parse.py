from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tomoni.engines.query import (
    MESSAGES,
    And,
    Call,
    Condition,
    Instant,
    Number,
    Or,
    Query,
    QueryError,
    Sort,
    Span,
    Text,
    parse,
    resolve,
)

A = Condition("状態", "=", (Text("受付"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Query()),
        ("  \n ", Query()),
        ('状態 = "受付"', Query(A)),
        ('状態="受付"', Query(A)),
        ("人数 >= 2", Query(Condition("人数", ">=", (Number("2"),)))),
        ("人数>=-2.5", Query(Condition("人数", ">=", (Number("-2.5"),)))),
        ('$id in (1, "2")', Query(Condition("$id", "in", (Number("1"), Text("2"))))),
        ('区分 NOT IN ("a")', Query(Condition("区分", "not in", (Text("a"),)))),
        ('名 like "山"', Query(Condition("名", "like", (Text("山"),)))),
        ('名 not like "山"', Query(Condition("名", "not like", (Text("山"),)))),
        ("名 is empty", Query(Condition("名", "is empty"))),
        ("名 is not empty", Query(Condition("名", "is not empty"))),
        ("担当 in (LOGINUSER())", Query(Condition("担当", "in", (Call("LOGINUSER"),)))),
        ("日 <= FROM_TODAY(-5, days)", Query(Condition("日", "<=", (Call("FROM_TODAY", ("-5", "DAYS")),)))),
        ("日 = THIS_MONTH(LAST)", Query(Condition("日", "=", (Call("THIS_MONTH", ("LAST",)),)))),
        ('名 = "a\\"b\\\\c"', Query(Condition("名", "=", (Text('a"b\\c'),)))),
        ('andon = "x" and order_no = "y"', Query(And((Condition("andon", "=", (Text("x"),)), Condition("order_no", "=", (Text("y"),)))))),
        ("order by 日 desc, 名 limit 10 offset 20", Query(None, (Sort("日", True), Sort("名")), 10, 20)),
        ("氏名（ふりがな） is empty", Query(Condition("氏名（ふりがな）", "is empty"))),
        ("limit 0", Query(None, (), 0)),
        ("ＡＢ・＿ー is empty", Query(Condition("ＡＢ・＿ー", "is empty"))),
        ("名　is　empty", Query(Condition("名", "is empty"))),
    ],
)  # fmt: skip
def test_reads(text, expected):
    assert parse(text) == expected


def test_and_binds_closer_than_or():
    b, c = Condition("b", "is empty"), Condition("c", "is empty")
    assert parse('状態 = "受付" or b is empty and c is empty').where == Or((A, And((b, c))))
    assert parse('(状態 = "受付" or b is empty) and c is empty').where == And((Or((A, b)), c))


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ('状態 = "受付', "string", 1, 6),
        ("状態 =", "unfinished", 1, 5),
        ("状態", "unfinished", 1, 3),
        ("状態 = 受付", "unfinished", 1, 8),
        ('状態 == "受付"', "unexpected", 1, 5),
        ('状態 = "a"\n and', "unfinished", 2, 5),
        ('状態 = "a"\n or )', "unexpected", 2, 5),
        ("状態 ; drop", "unexpected", 1, 4),
        ('状態 = "a" b', "unexpected", 1, 10),
        ("日 = SLEEP(10)", "function", 1, 5),
        ("日 = FROM_TODAY(5)", "argument", 1, 5),
        ("日 = FROM_TODAY(5, CENTURIES)", "argument", 1, 5),
        ("日 = FROM_TODAY(999999999, DAYS)", "argument", 1, 5),
        ("日 = THIS_MONTH(32)", "argument", 1, 5),
        ("日 = TODAY(1)", "argument", 1, 5),
        ("limit -1", "number", 1, 7),
        ("limit 99999999999", "number", 1, 7),
        ("(" * 31 + "a is empty" + ")" * 31, "too_deep", 1, 31),
        (" or ".join(["a is empty"] * 201), "too_many", 1, None),
        ("a in (" + ", ".join(["1"] * 501) + ")", "too_many_values", 1, 1),
        ("x" * 10_001, "too_long", 1, 1),
        ("人数 = " + "9" * 60, "number", 1, 6),
        ('状態 = "a" and', "unfinished", 1, 13),
        ("'状態' = 1", "character", 1, 1),
    ],
)
def test_errors_say_where(text, code, line, column):
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert (error.code, error.line) == (code, line)
    if column is not None:
        assert error.column == column
    for language in ("ja", "en"):
        assert str(error.line) in error.message(language)
        assert "{" not in error.message(language)


@pytest.mark.parametrize(
    ("text", "japanese", "english"),
    [
        ("a 1", "= != > < >= <=、in、not、like、is", "= != > < >= <= · in · not · like · is"),
        ("a =", '"値"・数・関数', 'a "text", a number or a function'),
        ('a in "x"', "(", "("),
        ('a in ("x" "y"', ")、,", ") · ,"),
        ("a = 1 and", "項目のコード、(", "the code of a field · ("),
        ("a = 1 b", "and、or、order by、limit、offset、式の終わり", "and · or · order by · limit · offset · the end"),
        ("order a", "by", "by"),
        ("a = THIS_MONTH(32)", "THIS_MONTH()、THIS_MONTH(1)–THIS_MONTH(31)、THIS_MONTH(LAST)", "THIS_MONTH(LAST)"),
        ("a = NEVER()", "LOGINUSER()", "PRIMARY_ORGANIZATION()"),
    ],
)  # fmt: skip
def test_errors_say_what_was_expected(text, japanese, english):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.expected
    assert japanese in caught.value.message("ja").partition("ここに書けるもの: ")[2]
    assert english in caught.value.message("en").partition("Expected: ")[2]


def test_every_message_has_both_languages():
    for japanese, english in MESSAGES.values():
        assert japanese
        assert english
        assert english.isascii() or "“" in english


PIECES = [
    *'ab状態 "\\()=<>!,\n1-',
    "and ",
    "or ",
    "in ",
    "not ",
    "like ",
    "is ",
    "empty ",
    "order by ",
    "limit 5 ",
    "TODAY() ",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_anything_is_read_or_refused(text):
    line, column = refusal(text)
    lines = text.split("\n")
    assert 1 <= line <= len(lines)
    assert 1 <= column <= max(len(one) for one in lines) + 1


def refusal(text):
    try:
        parse(text)
    except QueryError as error:
        return error.line, error.column
    return 1, 1


NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))  # a Monday


@pytest.mark.parametrize(
    ("name", "args", "start", "end"),
    [
        ("TODAY", (), date(2026, 11, 23), date(2026, 11, 24)),
        ("YESTERDAY", (), date(2026, 11, 22), date(2026, 11, 23)),
        ("TOMORROW", (), date(2026, 11, 24), date(2026, 11, 25)),
        ("FROM_TODAY", ("-1", "MONTHS"), date(2026, 10, 23), date(2026, 10, 24)),
        ("FROM_TODAY", ("3", "WEEKS"), date(2026, 12, 14), date(2026, 12, 15)),
        ("FROM_TODAY", ("-2", "YEARS"), date(2024, 11, 23), date(2024, 11, 24)),
        ("THIS_WEEK", (), date(2026, 11, 22), date(2026, 11, 29)),
        ("LAST_WEEK", ("SATURDAY",), date(2026, 11, 21), date(2026, 11, 22)),
        ("NEXT_WEEK", (), date(2026, 11, 29), date(2026, 12, 6)),
        ("THIS_MONTH", ("LAST",), date(2026, 11, 30), date(2026, 12, 1)),
        ("LAST_MONTH", (), date(2026, 10, 1), date(2026, 11, 1)),
        ("NEXT_MONTH", ("31",), date(2026, 12, 31), date(2027, 1, 1)),
        ("THIS_YEAR", (), date(2026, 1, 1), date(2027, 1, 1)),
        ("LAST_YEAR", (), date(2025, 1, 1), date(2026, 1, 1)),
        ("NEXT_YEAR", (), date(2027, 1, 1), date(2028, 1, 1)),
    ],
)
def test_functions(name, args, start, end):
    assert resolve(Call(name, args), NOW) == Span(start, end)


def test_now_is_a_moment_and_months_end_where_they_end():
    assert resolve(Call("NOW"), NOW) == Instant(NOW)
    at = datetime(2024, 3, 31, tzinfo=NOW.tzinfo)
    assert resolve(Call("FROM_TODAY", ("-1", "MONTHS")), at) == Span(date(2024, 2, 29), date(2024, 3, 1))


def test_leaving_the_calendar_is_an_error():
    with pytest.raises(QueryError):
        resolve(Call("FROM_TODAY", ("99999", "YEARS")), NOW)
