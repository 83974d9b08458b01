"""Japanese dates: fiscal years, 和暦 both ways, words for days and times, public holidays."""

from tomoni.core.calendar.eras import ERAS, to_wareki, wareki_year
from tomoni.core.calendar.fiscal import fiscal_label, fiscal_range, fiscal_year
from tomoni.core.calendar.format import format_day, format_moment, format_resident, format_time
from tomoni.core.calendar.holidays import add_business_days, holiday_name, holidays, is_business_day
from tomoni.core.calendar.parse import parse_date, try_parse_date

__all__ = [
    "ERAS",
    "add_business_days",
    "fiscal_label",
    "fiscal_range",
    "fiscal_year",
    "format_day",
    "format_moment",
    "format_resident",
    "format_time",
    "holiday_name",
    "holidays",
    "is_business_day",
    "parse_date",
    "to_wareki",
    "try_parse_date",
    "wareki_year",
]
