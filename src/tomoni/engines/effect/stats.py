"""Median, quartiles and how sure the median is (中央値・四分位・95%の範囲)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MIN_CASES = 5
"""Under this number of cases no figure is given (「件数が足りません」)."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A sample in five figures. `low`/`high` is the 95 % range of the median, None under 6 cases."""

    n: int
    q1: float
    median: float
    q3: float
    low: float | None = None
    high: float | None = None


def _at(ordered: Sequence[float], share: float) -> float:
    """The value at a share (0–1) of a sorted sample: linear between neighbours (Hyndman–Fan 7)."""
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def quartiles(values: Iterable[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile, in the unit of the values. Raises ValueError without values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return _at(ordered, 0.25), _at(ordered, 0.5), _at(ordered, 0.75)


def _rank(n: int, level: float) -> int:
    """The largest l with P(X(l) ≤ median ≤ X(n+1−l)) ≥ level; 0 where there is none.

    That chance is 1 − 2·P(B ≤ l−1) with B binomial(n, ½). Summed upwards from ten standard deviations
    below the middle: what lies under it is less than 10⁻²².
    """
    start = max(0, math.floor(n / 2 - 5 * math.sqrt(n)))
    log_p = math.lgamma(n + 1) - math.lgamma(start + 1) - math.lgamma(n - start + 1) - n * math.log(2)
    p, tail, rank = math.exp(log_p), 0.0, start
    for i in range(start, n // 2 + 1):
        tail += p
        if 1 - 2 * tail < level:
            break
        rank = i + 1
        p *= (n - i) / (i + 1)
    return rank


def median_interval(values: Iterable[float], level: float = 0.95) -> tuple[float, float] | None:
    """The range that holds the true median with at least `level` certainty, by exact order statistics.

    No shape of the distribution is assumed. None where the sample is too small (under 6 for 95 %).
    Source: Conover, Practical Nonparametric Statistics, 3.2.
    """
    ordered = sorted(values)
    rank = _rank(len(ordered), level) if ordered else 0
    return (ordered[rank - 1], ordered[-rank]) if rank else None


def summarise(values: Iterable[float], *, at_least: int = MIN_CASES) -> Summary | None:
    """The five figures, or None with fewer than `at_least` values."""
    ordered = sorted(values)
    if len(ordered) < max(1, at_least):
        return None
    q1, median, q3 = quartiles(ordered)
    low, high = median_interval(ordered) or (None, None)
    return Summary(len(ordered), q1, median, q3, low, high)
