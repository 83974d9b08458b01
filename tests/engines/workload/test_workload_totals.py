"""Sums against naive ones; coverage; the ranking."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomoni.engines.workload import candidates, kinds, totals
from tomoni.engines.workload.candidates import Step
from tomoni.engines.workload.model import Table
from tomoni.engines.workload.paid import read_paid
from tomoni.engines.workload.totals import Coverage, Entry, PaidEntry, work_map

CODES = [k.code for k in kinds.KINDS]
entries = st.lists(
    st.builds(
        Entry,
        division=st.sampled_from(["", "A部", "B部"]),
        section=st.sampled_from(["市民課", "税務課", "総務課"]),
        kind=st.sampled_from(CODES),
        minutes=st.integers(0, 10**6),
        doer=st.sampled_from(["", *kinds.DOERS]),
        method=st.sampled_from(["", *kinds.METHODS]),
        rank=st.integers(0, 99),
    ),
    max_size=60,
)
paid = st.lists(
    st.builds(
        PaidEntry,
        section=st.sampled_from(["市民課", "税務課", "水道課"]),
        minutes=st.integers(0, 10**7),
        division=st.sampled_from(["", "A部"]),
        doer=st.sampled_from(["", "regular", "outsourced"]),
    ),
    max_size=12,
)


@given(entries)
def test_sums_equal_naive_sums(given_entries) -> None:
    found = work_map(given_entries)
    assert found.minutes == sum(e.minutes for e in given_entries)
    for section in found.sections:
        own = [e for e in given_entries if (e.division, e.section) == (section.division, section.section)]
        assert section.minutes == sum(e.minutes for e in own)
        for code in CODES:
            assert section.by_kind.get(code, 0) == sum(e.minutes for e in own if e.kind == code)
    assert sum(found.group(g) for g in ("clerical", "core", "other")) == found.minutes
    assert sum(found.by_method.values()) == sum(found.by_doer.values()) == found.minutes
    assert len(found.sections) == len({(e.division, e.section) for e in given_entries})


@given(entries, paid)
def test_coverage_counts_each_paid_hour_once_and_leaves_outside_work_out(given_entries, given_paid) -> None:
    found = work_map(given_entries, given_paid)
    if not given_paid:
        assert all(s.coverage.permille is None for s in found.sections)
        assert found.coverage.permille is None
        return
    assert found.coverage.paid == sum(p.minutes for p in given_paid)
    matched = sum(s.coverage.paid or 0 for s in found.sections)
    assert matched <= found.coverage.paid
    inside = sum(e.minutes for e in given_entries if e.doer not in kinds.OUTSIDE)
    assert inside <= found.coverage.surveyed <= found.minutes


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_coverage_is_rounded_half_up(surveyed, whole) -> None:
    exact = Fraction(surveyed * 1000, whole)
    assert Coverage(surveyed, whole).permille == int(exact + Fraction(1, 2))
    assert Coverage(surveyed, whole).percent == int(exact / 10 + Fraction(1, 2))
    assert Coverage(surveyed, whole).over == (surveyed > whole)
    assert Coverage(surveyed, whole).low == (surveyed * 100 < 60 * whole)


def test_coverage_without_paid_hours_is_unknown() -> None:
    assert Coverage(100, None).permille is None
    assert Coverage(100, 0).permille is None
    assert not Coverage(100, None).low


def test_two_sections_of_one_name_need_their_division() -> None:
    rows = [Entry("A部", "総務課", "input", 60), Entry("B部", "総務課", "input", 60)]
    unclear = work_map(rows, [PaidEntry("総務課", 600)])
    assert [s.coverage.paid for s in unclear.sections] == [None, None]
    assert unclear.paid_without_survey == ("総務課",)
    clear = work_map(rows, [PaidEntry("総務課", 600, "B部")])
    assert [s.coverage.paid for s in clear.sections] == [None, 600]


def test_outsourced_hours_count_only_beside_paid_outsourced_hours() -> None:
    rows = [Entry("", "税務課", "input", 60, "regular"), Entry("", "税務課", "input", 40, "outsourced")]
    assert work_map(rows, [PaidEntry("税務課", 100, doer="regular")]).sections[0].coverage.surveyed == 60
    assert work_map(rows, [PaidEntry("税務課", 100, doer="outsourced")]).sections[0].coverage.surveyed == 100


@given(entries)
def test_heat_steps_double_and_the_largest_cell_reaches_the_last(given_entries) -> None:
    found = work_map(given_entries)
    steps = totals.heat_steps(found.sections)
    assert [b // a for a, b in itertools.pairwise(steps)] == [2, 2, 2, 2]
    most = max((m for s in found.sections for m in s.by_kind.values()), default=0)
    if most >= 16 * 60:
        assert totals.heat_step(most, steps) == 5


steps = st.builds(
    Step,
    task_id=st.sampled_from(["t-1", "t-2", "t-3"]),
    section=st.just("市民課"),
    task=st.just("証明"),
    step=st.text(max_size=3),
    kind=st.sampled_from(CODES),
    minutes=st.integers(0, 10**6),
    routine=st.sampled_from(["", *kinds.ROUTINES]),
    basis=st.sampled_from(["", *kinds.BASES]),
    input_medium=st.sampled_from(["", "紙", "電話・紙", "オンライン", "紙・データ", "Excel"]),
    system=st.sampled_from(["", "税務システム（標準準拠）"]),
    personal=st.sampled_from([None, True, False]),
    expertise=st.sampled_from([None, 1, 3, 5]),
    method=st.sampled_from(["", *kinds.METHODS]),
    confidence=st.sampled_from(["", "low", "high"]),
)


@given(st.lists(steps, max_size=30))
def test_the_ranking_is_sound(given_steps) -> None:
    ranked = candidates.rank(given_steps)
    assert [c.score for c in ranked] == sorted((c.score for c in ranked), reverse=True)
    for c in ranked:
        assert c.step.kind in candidates.RANKED
        assert 0 <= c.low_hours <= c.high_hours <= c.step.minutes // 60
        exact = Fraction(1_000_000)
        for _name, value in c.factors:
            assert 0 <= value <= 100
            exact *= Fraction(value, 100)
        assert c.score == int(exact)
    assert sorted(map(_key, candidates.rank(list(reversed(given_steps))))) == [_key(c) for c in ranked]


def _key(c) -> tuple:
    return (-c.score, -c.step.minutes, c.step.task_id, c.step.step)


@given(steps, st.integers(1, 10**5))
def test_more_hours_never_rank_lower(step, more) -> None:
    from dataclasses import replace

    assert candidates.score(replace(step, minutes=step.minutes + more))[0] >= candidates.score(step)[0]


def test_judgement_is_never_a_candidate() -> None:
    for kind in (
        "consult",
        "examine",
        "visit",
        "plan",
        "decide",
        "meeting",
        "learn",
        "council",
        "emergency",
        "travel",
    ):
        assert (
            candidates.rank([Step("t", "課", "業務", "作業", kind, 60_000, "routine", "law", "オンライン")])
            == []
        )


def test_the_formula_of_the_guide() -> None:
    step = Step(
        "std-0731",
        "健康推進課",
        "乳幼児歯科相談の受付",
        "受付",
        "receive",
        9200,
        "routine",
        "guideline",
        "電話・紙",
        "",
        True,
        1,
        "timed",
        "high",
    )
    points, factors = candidates.score(step)
    assert dict(factors) == {"routine": 100, "volume": 27, "digital": 35, "rule": 80, "error": 80}
    assert points == 1_000_000 * 27 * 35 * 80 * 80 // 10**8
    # 153 h × 0.8 × 0.8 × 25 % … 60 %
    assert candidates.expected(step) == (24, 58)


PAID_HEAD = ["部", "課", "担い手", "人数", "所定時間", "時間外", "休暇", "支払った時間", "年度", "出典"]


def test_paid_hours_are_read_or_calculated() -> None:
    table = Table(
        [
            PAID_HEAD,
            ["A部", "市民課", "正規", "２０人", "38,000", "2400", "2600", "", "令和7年度", "人事課"],
            ["", "", "会計年度任用", 5, 7500, 0, 500, 7000, 2025, ""],
            ["合計", "", "", 25, "", "", "", 44800],
        ]
    )
    found = read_paid(table, 2025)
    assert [(r.section, r.doer, r.heads, r.minutes // 60, r.source) for r in found.rows] == [
        ("市民課", "regular", 20, 37800, "人事課"),
        ("市民課", "fiscal_year", 5, 7000, "人事課"),
    ]
    assert [p.code for p in found.problems] == ["total_row"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["A部", "市民課", "正規", 2, "", "", "", 20000, 2025, ""], "paid_too_many"),
        (["A部", "市民課", "アルバイト", 2, "", "", "", 200, 2025, ""], "unknown_doer"),
        (["A部", "市民課", "正規", "多い", "", "", "", 200, 2025, ""], "heads_not_number"),
        (["A部", "市民課", "正規", 2, "", "", "", 200, 2024, ""], "other_year"),
        (["A部", "市民課", "正規", 2, "", "", "", "", 2025, ""], "no_paid_hours"),
        (["A部", "市民課", "正規", 2, 100, 0, 200, "", 2025, ""], "negative"),
        (["A部", "市民課", "正規", 2, "", "", "", 200, "来年", ""], "year_not_read"),
    ],
)
def test_impossible_paid_rows(row, code) -> None:
    found = read_paid(Table([PAID_HEAD, row]), 2025)
    assert [p.code for p in found.problems] == [code]
    assert found.rows == ()
