"""Fiscal years (年度): April to March."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language

from tomoni.core.calendar.eras import ERAS


def fiscal_year(day: date) -> int:
    """The year in which the fiscal year of a day began."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_range(year: int) -> tuple[date, date]:
    """The fiscal year as half-open days `[4月1日, next 4月1日)`."""
    return date(year, 4, 1), date(year + 1, 4, 1)


def fiscal_label(year: int) -> str:
    """「令和7年度（2025）」; 「FY2025」 in English. By custom the fiscal year 2019 is 令和元年度."""
    if (get_language() or "ja").startswith("en"):
        return f"FY{year}"
    last_day = date(year + 1, 3, 31)
    era = next((e for e in reversed(ERAS) if e.first <= last_day and e.first.year <= year), None)
    if era is None:
        return f"{year}年度"
    count = year - era.base
    return f"{era.name}{'元' if count == 1 else count}年度（{year}）"
