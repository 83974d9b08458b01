"""Public holidays (国民の祝日) by the law as it stands and stood, 2000–2099, computed offline.

Source: 国民の祝日に関する法律（昭和23年法律第178号） with its amendments in force from 2000 (ハッピーマンデー),
2003, 2007 (みどりの日・昭和の日), 2016 (山の日), 2020 (スポーツの日・天皇誕生日); 令和元年の即位の年の特例
(平成30年法律第99号); 令和2・3年のオリンピック特例 (平成32年・令和3年特措法). Equinoxes by the usual
approximation of the 海上保安庁 formula, right for 1980–2099; the law takes them from 官報 each February.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

YEARS = range(2000, 2100)
_DAY = timedelta(days=1)


def _monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7 * (nth - 1))


def _equinox(year: int, base: float) -> int:
    return int(base + 0.242194 * (year - 1980) - (year - 1980) // 4)


def _fixed(year: int) -> dict[date, str]:
    found = {
        date(year, 1, 1): "元日",
        _monday(year, 1, 2): "成人の日",
        date(year, 2, 11): "建国記念の日",
        date(year, 3, _equinox(year, 20.8431)): "春分の日",
        date(year, 4, 29): "昭和の日" if year >= 2007 else "みどりの日",
        date(year, 5, 3): "憲法記念日",
        date(year, 5, 5): "こどもの日",
        (_monday(year, 9, 3) if year >= 2003 else date(year, 9, 15)): "敬老の日",
        date(year, 9, _equinox(year, 23.2488)): "秋分の日",
        date(year, 11, 3): "文化の日",
        date(year, 11, 23): "勤労感謝の日",
    }
    if year >= 2007:
        found[date(year, 5, 4)] = "みどりの日"
    if year <= 2018:
        found[date(year, 12, 23)] = "天皇誕生日"
    elif year >= 2020:
        found[date(year, 2, 23)] = "天皇誕生日"
    return found | _moved(year)


def _moved(year: int) -> dict[date, str]:
    """海の日, 山の日, 体育の日・スポーツの日, with the years in which they moved, and the days of 2019."""
    sports = "スポーツの日" if year >= 2020 else "体育の日"
    if year == 2020:
        return {date(2020, 7, 23): "海の日", date(2020, 7, 24): sports, date(2020, 8, 10): "山の日"}
    if year == 2021:
        return {date(2021, 7, 22): "海の日", date(2021, 7, 23): sports, date(2021, 8, 8): "山の日"}
    found = {
        (_monday(year, 7, 3) if year >= 2003 else date(year, 7, 20)): "海の日",
        _monday(year, 10, 2): sports,
    }
    if year >= 2016:
        found[date(year, 8, 11)] = "山の日"
    if year == 2019:
        found |= {date(2019, 5, 1): "即位の日", date(2019, 10, 22): "即位礼正殿の儀"}
    return found


@cache
def holidays(year: int) -> dict[date, str]:
    """All holidays of a calendar year with their names, in order; empty outside 2000–2099."""
    if year not in YEARS:
        return {}
    named = _fixed(year)
    extra = _substitutes(named, year)
    between = {}
    for day in list(named):
        middle = day + _DAY
        # 第3条第3項: a day between two holidays is one, unless it is a holiday or substitute itself.
        if middle in named or middle in extra or middle + _DAY not in named:
            continue
        if middle.weekday() != 6 or year >= 2007:
            between[middle] = "休日"
    return dict(sorted((named | extra | between).items()))


def _substitutes(named: dict[date, str], year: int) -> dict[date, str]:
    """第3条第2項: a holiday on a Sunday moves to the next day that is none (until 2006: to the Monday)."""
    found: dict[date, str] = {}
    for day in sorted(named):
        if day.weekday() != 6:
            continue
        substitute = day + _DAY
        while year >= 2007 and substitute in named:
            substitute += _DAY
        if substitute not in named:
            found[substitute] = "振替休日"
    return found


def holiday_name(day: date) -> str:
    """The name of the holiday, or ""."""
    return holidays(day.year).get(day, "")


def is_business_day(day: date) -> bool:
    """Whether the town office opens: not Saturday, Sunday, a holiday, nor 12月29日–1月3日 (地方公共団体の休日)."""
    if day.weekday() >= 5 or (day.month, day.day) in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}:
        return False
    return not holiday_name(day)


def add_business_days(day: date, count: int) -> date:
    """The day `count` business days later (earlier when negative); 0 gives the day itself or the next open one."""
    step = _DAY if count >= 0 else -_DAY
    if count == 0:
        while not is_business_day(day):
            day += step
        return day
    left = abs(count)
    while left:
        day += step
        left -= is_business_day(day)
    return day
