"""Dwell, saving, guideline, hiding and the chart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tomoni.engines.effect import (
    Condition,
    Span,
    StepMinutes,
    Summary,
    band_chart,
    dwell_by_state,
    elapsed_days,
    hidden_groups,
    judge,
    minutes_per_case,
    saving,
)
from tomoni.engines.effect.chart import nice_step

DAY0 = datetime(2026, 4, 1, tzinfo=UTC)


def day(n):
    return DAY0 + timedelta(days=n)


def spans(record, *, wait, check, at=0):
    """受付 for `wait` days, 確認 for `check` days, then 完了."""
    return [
        Span(record, "受付", day(at), day(at + wait)),
        Span(record, "確認", day(at + wait), day(at + wait + check)),
        Span(record, "完了", day(at + wait + check)),
    ]


def test_dwell_in_each_state():
    log = [s for i in range(6) for s in spans(i, wait=i, check=2)]
    found = dwell_by_state(log, ["受付", "確認", "完了"], day(0), day(30), final={"完了"})
    assert [(f.state, f.ended, f.still) for f in found] == [("受付", 6, 0), ("確認", 6, 0)]
    assert found[0].summary.median == 2.5
    assert found[1].summary.q1 == found[1].summary.q3 == 2


def test_open_stays_are_counted_not_guessed():
    log = [s for i in range(6) for s in spans(i, wait=i, check=2)]
    found = dwell_by_state(log, ["受付"], day(0), day(3))[0]
    assert (found.ended, found.still, found.summary) == (3, 3, None)


def test_elapsed_counts_from_the_first_state_and_survives_reopening():
    log = spans(1, wait=1, check=2) + spans(2, wait=1, check=1)
    log += [Span(2, "完了", day(2), day(5)), Span(2, "確認", day(5), day(8)), Span(2, "完了", day(8))]
    assert elapsed_days(log, {"完了"}, day(0), day(30)) == {1: 3.0, 2: 8.0}
    assert elapsed_days(log, {"完了"}, day(0), day(6)) == {1: 3.0}
    assert elapsed_days(log, {"完了"}, day(4), day(30)) == {2: 8.0}


def test_minutes_of_a_case_weigh_rare_steps():
    steps = [StepMinutes("受付", 400, 5), StepMinutes("入力", 400, 8), StepMinutes("確認", 100, 4)]
    assert minutes_per_case(steps) == (14.0, 400)
    assert minutes_per_case([]) == (0.0, 0.0)


def test_saving_is_the_formula_in_words():
    s = saving(14.0, Summary(20, 5, 6.5, 8, 6.0, 7.0), 400)
    assert s.hours == pytest.approx((14 - 6.5) * 400 / 60)
    assert (s.low, s.high) == (pytest.approx(7 * 400 / 60), pytest.approx(8 * 400 / 60))
    assert saving(5, Summary(20, 5, 6.5, 8), 60).hours == -1.5


def test_guideline_as_in_the_reference():
    """Two of three met, the third near: continue."""
    conditions = [Condition("dwell", 2.0, 5.1), Condition("complaints", 3, 8), Condition("active", 6.0, 14.2)]
    found = judge(conditions, {"dwell": 2.0, "complaints": 2, "active": 6.4})
    assert (found.decision, found.met, found.known) == ("continue", 2, 3)
    assert [j.verdict for j in found.judged] == ["met", "met", "near"]


@pytest.mark.parametrize(
    ("values", "decision"),
    [
        ({"dwell": 2.0, "active": 20.0}, "fix"),
        ({"dwell": 6.0, "active": 15.0}, "stop"),
        ({"dwell": 4.0, "active": 14.2}, "fix"),
        ({}, None),
        ({"dwell": 1.0, "active": 5.0}, "continue"),
    ],
)
def test_guideline_decisions(values, decision):
    assert judge([Condition("dwell", 2.0, 5.1), Condition("active", 6.0, 14.2)], values).decision == decision


def test_more_is_better_when_the_target_is_higher():
    assert judge([Condition("score", 4.0, 3.0)], {"score": 4.2}).met == 1
    assert judge([Condition("score", 4.0, None, lower_is_better=False)], {"score": 3.9}).met == 0


@settings(deadline=None)
@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 6), max_size=8))
def test_hidden_groups_cannot_be_computed_back(staff):
    hidden = hidden_groups(staff)
    assert {n for n, c in staff.items() if 0 < c < 3} <= hidden
    shown_with_people = [n for n, c in staff.items() if c and n not in hidden]
    assert len(hidden) != 1 or not shown_with_people


@settings(deadline=None)
@given(st.floats(0.001, 1e7))
def test_the_axis_has_few_round_steps(top):
    step = nice_step(top)
    assert 1 <= -(-top // step) <= 6
    assert f"{step:.10g}".strip("0.").replace(".", "").rstrip("0") in {"1", "2", "25", "5"}


@settings(deadline=None)
@given(st.lists(st.floats(0, 500), min_size=5, max_size=5), st.none() | st.floats(0, 500))
def test_chart_stays_inside_its_box(values, goal):
    from tomoni.engines.effect import summarise

    chart = band_chart([("前", summarise(values)), ("1回目", None)], goal=goal)
    xs = [t.x for t in chart.ticks] + [r.dot for r in chart.rows if r.dot is not None]
    assert all(104 <= x <= 456 for x in xs)
    assert chart.goal_x is None or 104 <= chart.goal_x <= 456
    assert chart.rows[1].dot is None


def test_nothing_to_draw():
    assert band_chart([("前", None)]) is None
