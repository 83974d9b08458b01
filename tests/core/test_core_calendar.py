"""Japanese dates, held against a naive conversion and against the official holidays of many years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tomoni.core import calendar, clock
from tomoni.core.calendar.eras import GREGORIAN_FROM
from tomoni.core.errors import Invalid

DAYS = st.dates(min_value=GREGORIAN_FROM, max_value=date(2099, 12, 31))


def naive(day: date) -> str:
    """Borders by hand, independent of the table in the code."""
    key = (day.year, day.month, day.day)
    if key >= (2019, 5, 1):
        name, year = "令和", day.year - 2018
    elif key >= (1989, 1, 8):
        name, year = "平成", day.year - 1988
    elif key >= (1926, 12, 25):
        name, year = "昭和", day.year - 1925
    elif key >= (1912, 7, 30):
        name, year = "大正", day.year - 1911
    else:
        name, year = "明治", day.year - 1867
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


@given(DAYS)
def test_wareki_and_back(day):
    text = calendar.to_wareki(day)
    assert text == naive(day)
    assert calendar.parse_date(text) == day


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@given(
    DAYS,
    st.booleans(),
    st.sampled_from(
        [
            "{y}-{m:02}-{d:02}",
            "{y}/{m}/{d}",
            "{y}.{m}.{d}",
            "{y}{m:02}{d:02}",
            "{y}年{m}月{d}日",
            "西暦{y}年{m}月{d}日",
            " {y} 年 {m} 月 {d} 日 ",
        ]
    ),
)
def test_western_forms(day, wide, form):
    text = form.format(y=day.year, m=day.month, d=day.day)
    assert calendar.parse_date(text.translate(FULL_WIDTH) if wide else text) == day


@given(
    DAYS,
    st.sampled_from(
        [
            "{l}{y}.{m}.{d}",
            "{l}.{y}.{m}.{d}",
            "{l}{y}/{m}/{d}",
            "{l}{y}-{m:02}-{d:02}",
            "{s}{y}.{m}.{d}",
            "{s}{y}年{m}月{d}日",
        ]
    ),
    st.booleans(),
)
def test_short_era_forms(day, form, lower):
    era = next(e for e in calendar.ERAS if e.first <= day <= e.last)
    text = form.format(
        l=era.letter.lower() if lower else era.letter,
        s=era.name[0],
        y=day.year - era.base,
        m=day.month,
        d=day.day,
    )
    assert calendar.parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("平成1年1月8日", date(1989, 1, 8)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("㋿８年４月１日", date(2026, 4, 1)),
        ("令和８年４月１日（水）", date(2026, 4, 1)),
        ("R8.4.1", date(2026, 4, 1)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治6年1月1日", date(1873, 1, 1)),
        ("２０２４－０２－２９", date(2024, 2, 29)),
    ],
)
def test_borders(text, day):
    assert calendar.parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "きょう",
        "昭和64年1月8日",
        "平成元年1月7日",
        "平成31年5月1日",
        "令和元年4月30日",
        "令和0年1月1日",
        "明治5年1月1日",
        "2026-02-29",
        "2026-13-01",
        "2026-4",
        "20264",
        "4/1",
        "R8",
        "令和8年",
        "0000-01-01",
        "R100.1.1",
        "2026-04-01T00:00",
        "昭和33年5月",
        "²026-04-01 x",
        "x" * 10_000,
        "２０２６年４月１日と２日",
    ],
)
def test_no_dates(text):
    assert calendar.try_parse_date(text) is None
    with pytest.raises(Invalid):
        calendar.parse_date(text)


@given(st.text(max_size=30))
def test_any_text_is_answered(text):
    found = calendar.try_parse_date(text)
    assert found is None or isinstance(found, date)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_fiscal_year(day):
    year = calendar.fiscal_year(day)
    first, after = calendar.fiscal_range(year)
    assert first <= day < after


def test_fiscal_labels():
    assert calendar.fiscal_year(date(2026, 3, 31)) == 2025
    assert calendar.fiscal_year(date(2026, 4, 1)) == 2026
    assert calendar.fiscal_label(2025) == "令和7年度（2025）"
    assert calendar.fiscal_label(2019) == "令和元年度（2019）"
    assert calendar.fiscal_label(2018) == "平成30年度（2018）"
    assert calendar.fiscal_label(1988) == "昭和63年度（1988）"
    with translation.override("en"):
        assert calendar.fiscal_label(2025) == "FY2025"


def test_words_for_days():
    moment = datetime(2022, 7, 21, 5, 0, tzinfo=UTC)
    with clock.at(moment):
        assert calendar.format_day(moment) == "7月21日（木）"
        assert calendar.format_day(date(2023, 7, 21)) == "2023年7月21日（金）"
        assert calendar.format_day(date(2022, 11, 23)) == "11月23日（水・祝）"
        assert calendar.format_time(moment) == "14:00"
        assert calendar.format_moment(moment) == "7月21日（木）14:00"
        assert calendar.format_resident(moment) == "7月21日（木）午後2時"
        assert (
            calendar.format_resident(datetime(2022, 7, 21, 0, 30, tzinfo=UTC)) == "7月21日（木）午前9時30分"
        )
        assert calendar.format_resident(datetime(2022, 7, 21, 3, 0, tzinfo=UTC)) == "7月21日（木）正午"
        assert calendar.format_resident(datetime(2022, 7, 21, 3, 5, tzinfo=UTC)) == "7月21日（木）午後0時5分"
        assert calendar.format_resident(datetime(2022, 7, 20, 15, 0, tzinfo=UTC)) == "7月21日（木）午前0時"
        with translation.override("en"):
            assert calendar.format_resident(moment) == "Thu 21 Jul, 2 p.m."


# 内閣府「国民の祝日」 (syukujitsu.csv), whole years as published.
OFFICIAL = {
    2000: "1/1 1/10 2/11 3/20 4/29 5/3 5/4 5/5 7/20 9/15 9/23 10/9 11/3 11/23 12/23",
    2005: "1/1 1/10 2/11 3/20 3/21 4/29 5/3 5/4 5/5 7/18 9/19 9/23 10/10 11/3 11/23 12/23",
    2006: "1/1 1/2 1/9 2/11 3/21 4/29 5/3 5/4 5/5 7/17 9/18 9/23 10/9 11/3 11/23 12/23",
    2008: "1/1 1/14 2/11 3/20 4/29 5/3 5/4 5/5 5/6 7/21 9/15 9/23 10/13 11/3 11/23 11/24 12/23",
    2009: "1/1 1/12 2/11 3/20 4/29 5/3 5/4 5/5 5/6 7/20 9/21 9/22 9/23 10/12 11/3 11/23 12/23",
    2015: "1/1 1/12 2/11 3/21 4/29 5/3 5/4 5/5 5/6 7/20 9/21 9/22 9/23 10/12 11/3 11/23 12/23",
    2016: "1/1 1/11 2/11 3/20 3/21 4/29 5/3 5/4 5/5 7/18 8/11 9/19 9/22 10/10 11/3 11/23 12/23",
    2018: "1/1 1/8 2/11 2/12 3/21 4/29 4/30 5/3 5/4 5/5 7/16 8/11 9/17 9/23 9/24 10/8 11/3 11/23 12/23 12/24",
    2019: "1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 10/22 11/3 11/4 11/23",
    2020: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 11/23",
    2021: "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23",
    2022: "1/1 1/10 2/11 2/23 3/21 4/29 5/3 5/4 5/5 7/18 8/11 9/19 9/23 10/10 11/3 11/23",
    2024: "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 11/4 11/23",
    2025: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23 11/24",
    2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
}


@pytest.mark.parametrize("year", OFFICIAL)
def test_official_years(year):
    assert " ".join(f"{d.month}/{d.day}" for d in calendar.holidays(year)) == OFFICIAL[year]


def test_names():
    assert calendar.holiday_name(date(2019, 5, 1)) == "即位の日"
    assert calendar.holiday_name(date(2019, 4, 30)) == "休日"
    assert calendar.holiday_name(date(2026, 9, 22)) == "休日"
    assert calendar.holiday_name(date(2026, 5, 6)) == "振替休日"
    assert calendar.holiday_name(date(2006, 4, 29)) == "みどりの日"
    assert calendar.holiday_name(date(2026, 11, 24)) == ""
    assert calendar.holidays(1999) == calendar.holidays(2100) == {}


@pytest.mark.parametrize("year", range(2000, 2100))
def test_law_of_substitutes(year):
    found = calendar.holidays(year)
    assert list(found) == sorted(found)
    for day, name in found.items():
        if name == "振替休日":
            before = day - timedelta(days=1)
            while before in found and before.weekday() != 6:
                before -= timedelta(days=1)
            assert before in found
            assert before.weekday() == 6
        elif name != "休日" and day.weekday() == 6:
            later = day + timedelta(days=1)
            while found.get(later) not in (None, "振替休日"):
                later += timedelta(days=1)
            assert found.get(later) == "振替休日"


@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2098, 12, 31)), st.integers(-60, 60))
def test_business_days(day, count):
    found = calendar.add_business_days(day, count)
    assert calendar.is_business_day(found)
    if count > 0:
        between = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
        assert sum(calendar.is_business_day(d) for d in between) == count
    if count < 0:
        between = [day - timedelta(days=n) for n in range(1, (day - found).days + 1)]
        assert sum(calendar.is_business_day(d) for d in between) == -count


def test_year_end():
    assert calendar.add_business_days(date(2026, 12, 28), 1) == date(2027, 1, 4)
    assert not calendar.is_business_day(date(2026, 12, 29))
    assert calendar.is_business_day(date(2026, 12, 28))
