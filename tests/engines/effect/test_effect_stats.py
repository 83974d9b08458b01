"""Median and its range against the definition, computed the long way."""

from fractions import Fraction
from itertools import product
from math import comb, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tomoni.engines.effect import median_interval, quartiles, summarise

values = st.lists(st.integers(0, 10_000).map(float), min_size=1, max_size=60)


def naive_quantile(ordered, share):
    """Hyndman–Fan 7 with exact fractions."""
    place = Fraction(len(ordered) - 1) * share
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    low, high = Fraction(ordered[below]), Fraction(ordered[above])
    return low + (high - low) * (place - below)


@settings(deadline=None)
@given(values)
def test_quartiles_are_the_definition(sample):
    ordered = sorted(sample)
    expected = [naive_quantile(ordered, Fraction(q, 4)) for q in (1, 2, 3)]
    assert quartiles(sample) == pytest.approx([float(e) for e in expected])


@given(st.integers(1, 400), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
@settings(max_examples=150, deadline=None)
def test_the_range_is_the_narrowest_exact_one(n, level):
    """Brute force: every rank, the exact binomial chance with fractions."""
    best = 0
    for rank in range(1, n // 2 + 1):
        tail = Fraction(sum(comb(n, i) for i in range(rank)), 2**n)
        if 1 - 2 * tail >= Fraction(level):
            best = rank
    found = median_interval(range(1, n + 1), level)
    assert found == ((best, n + 1 - best) if best else None)


def test_small_sample_by_counting_every_outcome():
    """n = 6: each of 64 patterns of below/above; the range 1..6 misses the median in 2 of them."""
    missed = sum(1 for pattern in product((0, 1), repeat=6) if sum(pattern) in (0, 6))
    assert 1 - missed / 64 >= 0.95
    assert median_interval([1, 2, 3, 4, 5, 6]) == (1, 6)
    assert median_interval([1, 2, 3, 4, 5]) is None


@pytest.mark.parametrize("n", [10_000, 300_000])
def test_large_samples_agree_with_the_normal_range(n):
    low, high = median_interval(range(n))
    half = 0.98 * n**0.5
    assert abs((high - low) / 2 - half) <= 2
    assert low + high == n - 1


@settings(deadline=None)
@given(values)
def test_summary_holds_together(sample):
    s = summarise(sample)
    assert (s is None) == (len(sample) < 5)
    if s is not None:
        assert min(sample) <= s.q1 <= s.median <= s.q3 <= max(sample)
        if s.low is not None:
            assert s.low <= s.median <= s.high


def test_no_values():
    with pytest.raises(ValueError):
        quartiles([])
    assert median_interval([]) is None
