"""Cells as people really write them."""

from __future__ import annotations

import contextlib
from datetime import time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomoni.engines.workload import cells
from tomoni.engines.workload.cells import CellError


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("8", 480),
        ("８分", 480),
        ("1時間30分", 5400),
        ("１時間３０分", 5400),
        ("1.5h", 5400),
        ("1h30m", 5400),
        ("1:30", 5400),
        ("0:08:30", 510),
        ("0.5時間", 1800),
        ("1時間半", 5400),
        ("90秒", 90),
        ("2分30秒", 150),
        ("約10分", 600),
        ("10分程度", 600),
        (7.5, 450),
        (8, 480),
        (time(1, 30), 5400),
        (timedelta(hours=25), 90000),
        ("1,200分", 72000),
        ("-5", -300),
        ("▲3", -180),
        ("０", 0),
        ("1 時間 5 分", 3900),
    ],
)
def test_lengths_of_time(cell, expected) -> None:
    assert cells.seconds(cell).value == expected


@pytest.mark.parametrize(
    "cell", ["すぐ", "半", "1時間30", "5分10", "1:2:3:4", "時間", True, "9" * 60, "1.2.3"]
)
def test_times_that_cannot_be_read(cell) -> None:
    with pytest.raises(CellError) as error:
        cells.seconds(cell)
    assert error.value.code == "not_a_time"


@pytest.mark.parametrize("cell", [None, "", "　", "-", "－", "―", "\0"])
def test_nothing_is_nothing(cell) -> None:
    assert cells.seconds(cell) is None
    assert cells.number(cell) is None


def test_the_unit_of_the_column_is_meant_where_the_cell_gives_none() -> None:
    assert cells.seconds("2", "hour").value == 7200
    assert cells.seconds("2分", "hour").value == 120


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("１，１５０件", 1150),
        ("1,150", 1150),
        (1150.0, 1150),
        ("2,300件/年", 2300),
        ("1 200", 1200),
        ("約500", 500),
        ("12.5", Decimal("12.5")),
        ("-40", -40),
        ("1,234,567", 1234567),
    ],
)
def test_numbers(cell, expected) -> None:
    assert cells.number(cell).value == expected


@pytest.mark.parametrize("cell", ["多数", "月20", "1.15e3", "1,15", "ⅳ個", "12件と3件", True])
def test_not_numbers(cell) -> None:
    with pytest.raises(CellError):
        cells.number(cell)


def test_about_is_told() -> None:
    assert cells.number("約500").about
    assert not cells.number("500").about


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("令和7年度", 2025),
        ("令和元年度", 2019),
        ("R7", 2025),
        ("平成30年度", 2018),
        ("2025", 2025),
        ("２０２５年度", 2025),
        (2025, 2025),
        ("2025-04-01", 2025),
    ],
)
def test_fiscal_years(cell, year) -> None:
    assert cells.fiscal_year(cell) == year


@pytest.mark.parametrize("cell", ["今年", "12", "令和99年", "20255"])
def test_not_years(cell) -> None:
    with pytest.raises(CellError):
        cells.fiscal_year(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "123456789018",
        "１２３４５６７８９０１８",
        "1234-5678-9018",
        "番号 123456789018 です",
        123456789018,
        123456789018.0,
    ],
)
def test_individual_numbers_are_seen(cell) -> None:
    assert cells.individual_number(cell)


@pytest.mark.parametrize(
    "cell", ["1234567890123", "12345678901", "0.123456789012", "090-1234-5678", None, 1150]
)
def test_other_numbers_are_not(cell) -> None:
    assert not cells.individual_number(cell)


@given(st.integers(0, 500), st.integers(0, 59))
def test_hours_and_minutes_agree_in_every_spelling(hours, minutes) -> None:
    wanted = hours * 3600 + minutes * 60
    spellings = [
        f"{hours}時間{minutes}分",
        f"{hours}h{minutes}m",
        f"{hours}:{minutes:02}",
        f"{hours * 60 + minutes}分",
        str(hours * 60 + minutes),
    ]
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for spelling in [*spellings, *(s.translate(wide) for s in spellings)]:
        assert cells.seconds(spelling).value == wanted


@given(st.integers(0, 10**9))
def test_counts_survive_separators(value) -> None:
    assert cells.number(f"{value:,}件").value == value


@given(st.text(max_size=40))
def test_no_text_breaks_the_parser(shown) -> None:
    for parse in (cells.seconds, cells.number, cells.fiscal_year):
        with contextlib.suppress(CellError):
            parse(shown)
    cells.individual_number(shown)


@given(st.decimals(min_value=0, max_value=10**6, places=3))
def test_rounding_is_half_up(value) -> None:
    assert abs(Decimal(cells.whole(value)) - value) <= Decimal("0.5")
    assert cells.whole(-value) == -cells.whole(value)
