"""Eras (元号) from 明治 on, with their exact borders in the Gregorian calendar (used since 明治6年1月1日)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Era:
    """An era: its first and last day (inclusive); 令和 is open. `base` + year of the era = calendar year."""

    name: str
    letter: str
    first: date
    last: date

    @property
    def base(self) -> int:
        """The calendar year before the era's first."""
        return self.first.year - 1


ERAS = (
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 29)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 24)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", date(2019, 5, 1), date.max),
)
# Before this day Japan counted months by the moon: a date of 明治5年 is not a Gregorian date.
GREGORIAN_FROM = date(1873, 1, 1)


def era_of(day: date) -> Era | None:
    """The era of a day; None before 明治6年1月1日, where conversion would be wrong."""
    if day < GREGORIAN_FROM:
        return None
    return next((era for era in reversed(ERAS) if era.first <= day <= era.last), None)


def wareki_year(day: date) -> str:
    """「令和8年」, 「令和元年」; 「1850年」 before 明治6年."""
    era = era_of(day)
    if era is None:
        return f"{day.year}年"
    year = day.year - era.base
    return f"{era.name}{'元' if year == 1 else year}年"


def to_wareki(day: date) -> str:
    """「令和8年4月1日」. The last day of one era and the first of the next get their own names."""
    return f"{wareki_year(day)}{day.month}月{day.day}日"
