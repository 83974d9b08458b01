"""Formulas: what they compute, what is refused with place and words, and that they agree with plain arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tomoni.engines.formula import (
    MESSAGES,
    MISSING,
    FormulaError,
    Kind,
    affected,
    check,
    check_result,
    evaluate,
    fields,
    ordered,
    parse,
)

D = Decimal
VALUES = {
    "単価": D("120.5"), "数量": D(3), "空": None, "名": "山田 花子", "無": "", "区分": "子ども", "希望": ["フッ素", "相談"],
    "始": date(2026, 3, 31), "終": date(2026, 4, 2), "無日": MISSING, "刻": time(9, 30), "刻2": time(17, 0),
    "時点": datetime(2026, 3, 31, 15, 30, tzinfo=UTC), "金額": [D(100), None, D(250)], "品": ["紙", "ペン", ""],
}  # fmt: skip
KINDS = {
    "単価": Kind("number"), "数量": Kind("number"), "空": Kind("number"), "名": Kind("text"), "無": Kind("text"),
    "区分": Kind("text"), "希望": Kind("set"), "始": Kind("date"), "終": Kind("date"), "無日": Kind("date"),
    "刻": Kind("time"), "刻2": Kind("time"), "時点": Kind("datetime"), "金額": Kind("number", True),
    "品": Kind("text", True), "場所": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "result", "expected"),
    [
        ("単価 * 数量", "number", D("361.5")),
        ("1 + 2 * 3 ^ 2 - 8 / 4", "number", D(17)),
        ("(1 + 2) * 3", "number", D(9)),
        ("2 ^ 3 ^ 2", "number", D(64)),
        ("-2 ^ 2", "number", D(4)),
        ("2 ^ -2", "number", D("0.25")),
        ("7 % 3", "number", D(1)),
        ("-7 % 3", "number", D(2)),
        ("1 / 3", "number", D("0." + "3" * 30)),
        ("単価 / 空", "number", None),
        ("空 + 1", "number", D(1)),
        ("0.1 + 0.2", "number", D("0.3")),
        ("9 ^ 100", "number", None),
        ("2 ^ 0.5", "number", None),
        ('"計" & 単価 & "円"', "text", "計120.5円"),
        ("1 + 2 & 3", "text", "33"),
        ("数量 > 2", "number", D(1)),
        ("数量 <> 3", "number", D(0)),
        ('空 = ""', "number", D(1)),
        ("空 < 1", "number", D(0)),
        ("SUM(金額)", "number", D(350)),
        ("SUM(金額, 1, 空)", "number", D(351)),
        ("AVERAGE(金額)", "number", D(175)),
        ("AVERAGE(空)", "number", None),
        ("COUNT(金額)", "number", D(2)),
        ("COUNT(品)", "number", D(2)),
        ("MAX(金額)", "number", D(250)),
        ("MIN(始, 終)", "date", date(2026, 3, 31)),
        ("ROUND(2.5)", "number", D(3)),
        ("ROUND(-2.5)", "number", D(-3)),
        ("ROUND(2.345, 2)", "number", D("2.35")),
        ("ROUND(1250, -2)", "number", D(1300)),
        ("ROUNDUP(2.01)", "number", D(3)),
        ("ROUNDUP(-2.01)", "number", D(-3)),
        ("ROUNDDOWN(-2.99)", "number", D(-2)),
        ("ABS(-3)", "number", D(3)),
        ('IF(数量 >= 3, "多い", "少ない")', "text", "多い"),
        ('IF(空 = "", 0, 1 / 0)', "number", D(0)),
        ("AND(数量 > 1, 単価 > 100)", "number", D(1)),
        ("OR(数量 > 9, NOT(単価 > 100))", "number", D(0)),
        ('CONTAINS(希望, "相談")', "number", D(1)),
        ('CONTAINS(希望, "相")', "number", D(0)),
        ('CONTAINS(名, "花")', "number", D(1)),
        ('CONTAINS(品, "ペン")', "number", D(1)),
        ("YEN(1234567.5)", "text", "¥1,234,568"),
        ("YEN(-1234.5, 2)", "text", "-¥1,234.50"),
        ("終 - 始", "number", D(172_800)),
        ("始 + 60 * 60 * 24", "date", date(2026, 4, 1)),
        ("始", "datetime", datetime(2026, 3, 30, 15, tzinfo=UTC)),
        ("時点", "date", date(2026, 4, 1)),
        ("無日 + 1", "date", None),
        ('IF(無日 = "", "未定", DATE_FORMAT(無日, "M月"))', "text", "未定"),
        ("刻2 - 刻", "number", D(27_000)),
        ("刻2 + 8 * 3600", "time", time(1, 0)),
        ('DATE_FORMAT(始, "YYYY年M月d日（E）", "Etc/GMT")', "text", "2026年3月31日（火）"),
        ('DATE_FORMAT(時点, "MM/dd HH:mm", "Asia/Tokyo")', "text", "04/01 00:30"),
        ('DATE_FORMAT(時点, "MM/dd HH:mm", "Etc/GMT")', "text", "03/31 15:30"),
        ('DATE_FORMAT(終, "GGe年度")', "text", "令和8年度"),
        ("DATEDIFF(始, 終)", "number", D(2)),
        ('DATEDIFF(終, 始, "日")', "number", D(-2)),
        ('DATEDIFF(始, 終, "months")', "number", D(0)),
        ("DAYS(終, 始)", "number", D(2)),
        ("AGE(始, 終)", "number", D(0)),
        ("AGE(終, 始)", "number", None),
        ("FISCAL_YEAR(始)", "number", D(2025)),
        ("FISCAL_YEAR(時点)", "number", D(2026)),
        ("ADD_MONTHS(始, -1)", "date", date(2026, 2, 28)),
        ("ADD_DAYS(始, 2)", "date", date(2026, 4, 2)),
        ("LEFT(名, 2) & RIGHT(名, 2)", "text", "山田花子"),
        ("MID(名, 4, 9)", "text", "花子"),
        ("LEN(名)", "number", D(5)),
        ('CONCAT(名, "様", 数量)', "text", "山田 花子様3"),
        ('SUBSTITUTE(名, " ", "")', "text", "山田花子"),
        ('VALUE("１，２３４")', "number", D(1234)),
        ('VALUE("x")', "number", None),
        (r'"\"引用\""', "text", '"引用"'),
    ],
)
def test_what_formulas_compute(formula, result, expected):
    tree = parse(formula)
    check_result(tree, KINDS, result)
    assert evaluate(tree, VALUES, result) == expected


@pytest.mark.parametrize(
    ("formula", "code", "place"),
    [
        ("", "blank", (1, 1)),
        ("単価 *", "unfinished", (1, 5)),
        ("単価 数量", "unexpected", (1, 4)),
        ("単価 +\n* 数量", "unexpected", (2, 1)),
        ("(単価", "unfinished", (1, 4)),
        ('"閉じない', "string", (1, 1)),
        ("単価 = 数量 = 1", "unexpected", (1, 9)),
        ("1 \\ 2", "character", (1, 3)),
        ("+" * 40 + "1", "too_deep", (1, 1)),
        ("(" * 40 + "1" + ")" * 40, "too_deep", (1, 31)),
        ("1" + "+1" * 1500, "too_many", (1, 1999)),
        ("無い項目 + 1", "field", (1, 1)),
        ("場所 + 1", "unusable", (1, 1)),
        ("金額 + 1", "column", (1, 1)),
        ("名 + 1", "operand", (1, 3)),
        ("始 * 2", "operand", (1, 3)),
        ("始 + 終", "operand", (1, 3)),
        ("名 = 1", "compare", (1, 3)),
        ("FOO(1)", "function", (1, 1)),
        ("TODAY() - 始", "stale", (1, 1)),
        ("TODAY - 始", "stale", (1, 1)),
        ("ROUND()", "arguments", (1, 1)),
        ("ROUND(名)", "argument", (1, 7)),
        ('IF(数量 > 1, "a", 2)', "branches", (1, 1)),
        ('DATEDIFF(始, 終, "weeks")', "option", (1, 16)),
        ("名", "result", (1, 1)),
    ],
)
def test_what_is_refused_and_where(formula, code, place):
    with pytest.raises(FormulaError) as caught:
        check_result(parse(formula), KINDS, "number")
    error = caught.value
    assert error.code == code
    assert (error.line, error.column) == place or code == "too_many"
    assert error.message("ja") != error.message("en")
    assert "{" not in error.message("ja") + error.message("en")


def test_errors_say_what_was_expected():
    with pytest.raises(FormulaError) as caught:
        parse("SUM(単価, )")
    assert caught.value.expected == ("value",)
    assert "項目・数・文字・関数" in caught.value.message("ja")
    assert "a field" in caught.value.message("en")


def test_every_message_is_in_both_languages():
    assert all(len(pair) == 2 and all(pair) for pair in MESSAGES.values())


def test_a_circle_is_refused_with_its_members():
    with pytest.raises(FormulaError) as caught:
        ordered({"税": ["小計"], "小計": ["合計", "数量"], "合計": ["税"]})
    assert "税 → 小計 → 合計 → 税" in caught.value.message("ja")
    with pytest.raises(FormulaError):
        ordered({"自": ["自"]})


def test_order_and_what_is_affected():
    uses = {"合計": ["小計", "税"], "税": ["小計"], "小計": ["単価", "数量"], "別": ["名"]}
    order = ordered(uses)
    assert order.index("小計") < order.index("税") < order.index("合計")
    assert affected(uses, ["単価"]) == {"小計", "税", "合計"}
    assert affected(uses, ["名"]) == {"別"}


def test_fields_of_a_formula():
    assert fields(parse("IF(単価 > 1, SUM(金額), 単価 * 数量)")) == ["単価", "金額", "数量"]


# Agreement with plain arithmetic: each tree carries its text and what fractions make of it.

NUMBERS = st.one_of(
    st.integers(0, 999).map(lambda n: (str(n), Fraction(n))),
    st.decimals(0, 99, places=2).map(lambda d: (f"{d:f}", Fraction(d))),
    st.sampled_from([("単価", Fraction(241, 2)), ("数量", Fraction(3))]),
)
OPERATORS = ["+", "-", "*", "/", "%", "=", "<", ">="]


def thirty_digits(value: Fraction) -> Fraction:
    context = Context(prec=30, rounding=ROUND_HALF_UP)
    return Fraction(context.divide(Decimal(value.numerator), Decimal(value.denominator)))


def naive(operator, a, b):
    if a is None or b is None:
        return None
    if operator in "/%" and b == 0:
        return None
    return {
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: thirty_digits(a / b),
        "%": lambda: a - b * (a // b), "=": lambda: Fraction(a == b), "<": lambda: Fraction(a < b),
        ">=": lambda: Fraction(a >= b),
    }[operator]()  # fmt: skip


def binary(operator, left, right):
    return f"({left[0]} {operator} {right[0]})", naive(operator, left[1], right[1])


def choose(condition, yes, no):
    if condition[1] is None:
        return f"IF({condition[0]}, {yes[0]}, {no[0]})", None
    return f"IF({condition[0]}, {yes[0]}, {no[0]})", yes[1] if condition[1] else no[1]


def summed(parts):
    values = [v for _t, v in parts]
    return f"SUM({', '.join(t for t, _v in parts)})", None if None in values else sum(values)


TREES = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.builds(binary, st.sampled_from(OPERATORS), inner, inner),
        st.builds(choose, inner, inner, inner),
        st.builds(summed, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda a: (f"-{a[0]}", None if a[1] is None else -a[1]), inner),
    ),
    max_leaves=6,
)


@settings(max_examples=600, deadline=None)
@given(TREES)
def test_agrees_with_plain_arithmetic(tree):
    text, expected = tree
    made = parse(text)
    assert check(made, KINDS).name in ("number", "boolean")
    found = evaluate(made, VALUES, "number")
    if expected is None or found is None:
        assert found is None
        assert expected is None
    else:
        # Sums are exact to 60 digits, quotients to 30: what is left is smaller than anything a field keeps.
        assert abs(Fraction(found) - expected) <= abs(expected) / 10**25 + Fraction(1, 10**18)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='単価数量()+-*/^%&=<>"1.0, IFSUM\n', max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        made = parse(text)
        check(made, KINDS)
    except FormulaError as error:
        found = (error.line >= 1 and error.column >= 1, bool(error.message("ja")))
    else:
        found = (True, evaluate(made, VALUES, "text") is not None)
    assert found == (True, True)
