"""Patterns of bookable slots against a naive expansion."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tomoni.core import calendar
from tomoni.core.clock import TOKYO
from tomoni.kits.format.kit import SlotPattern
from tomoni.kits.queries import office_closed
from tomoni.kits.slots import expand, infer

patterns = st.builds(
    SlotPattern,
    field=st.just("日"),
    times=st.lists(st.sampled_from(["09:00", "09:30", "13:00", "23:30"]), min_size=1, max_size=4).map(tuple),
    weekdays=st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True).map(tuple),
    place=st.just("本庁"),
    capacity=st.integers(1, 9),
    minutes=st.sampled_from([15, 60, 90]),
    weeks=st.integers(1, 12),
    start_after_days=st.integers(0, 20),
    skip_holidays=st.booleans(),
)
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@given(patterns, days)
def test_expansion_equals_a_naive_walk(pattern, since):
    naive = []
    for n in range(pattern.start_after_days, pattern.start_after_days + 7 * pattern.weeks):
        day = since + timedelta(days=n)
        if day.weekday() not in pattern.weekdays or (pattern.skip_holidays and office_closed(day)):
            continue
        for at in sorted(set(pattern.times)):
            naive.append(datetime.fromisoformat(f"{day}T{at}:00").replace(tzinfo=TOKYO))
    made = expand(pattern, since, office_closed, calendar.parse_date)
    assert [s.starts_at for s in made] == naive
    assert all(s.ends_at - s.starts_at == timedelta(minutes=pattern.minutes) for s in made)


def test_dates_may_be_japanese_and_past_ones_are_left_out():
    pattern = SlotPattern(field="日", times=("10:00",), dates=("令和8年10月7日", "2026-10-01", "2026-10-12"))
    made = expand(pattern, date(2026, 10, 1), office_closed, calendar.parse_date)
    # 10月1日 is the day of installation (start_after_days 1), 10月12日 is スポーツの日.
    assert [s.starts_at.date() for s in made] == [date(2026, 10, 7)]


def test_year_end_is_skipped():
    pattern = SlotPattern(field="日", times=("10:00",), weekdays=tuple(range(7)), weeks=2, start_after_days=0)
    made = {
        s.starts_at.date() for s in expand(pattern, date(2026, 12, 28), office_closed, calendar.parse_date)
    }
    assert date(2026, 12, 28) in made
    assert not made & {date(2026, 12, 29), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3)}
    assert date(2027, 1, 4) in made


@given(patterns, days)
def test_inferred_patterns_cover_the_same_weekdays_and_times(pattern, since):
    made = expand(pattern, since, lambda day: False, calendar.parse_date)
    future = [s for s in made if s.starts_at.date() > since]
    told = {(d, t) for p in infer("日", made, since) for d in p.weekdays for t in p.times}
    assert told == {(s.starts_at.weekday(), s.starts_at.strftime("%H:%M")) for s in future}
    assert all(
        p.minutes == pattern.minutes and p.capacity == pattern.capacity for p in infer("日", made, since)
    )
