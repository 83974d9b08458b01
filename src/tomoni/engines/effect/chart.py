"""Geometry of the dot-and-band chart (点と帯の図): one unit, one axis, one row a round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tomoni.engines.effect.stats import Summary

LEFT, RIGHT, WIDTH = 104.0, 456.0, 560
TOP, ROW = 44.0, 48.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line at `x` with its value."""

    x: float
    value: float


@dataclass(frozen=True, slots=True)
class BandRow:
    """A row: the dot at the median, the band between the quartiles; None: no figure to draw."""

    label: str
    y: float
    text_y: float
    dot: float | None
    left: float | None
    right: float | None
    summary: Summary | None
    last: bool


@dataclass(frozen=True, slots=True)
class BandChart:
    """All that a template needs to draw the picture in a `width` × `height` box."""

    width: int
    height: int
    top: float
    bottom: float
    ticks: tuple[Tick, ...]
    goal_x: float | None
    goal: float | None
    rows: tuple[BandRow, ...]


def nice_step(top: float, most: int = 5) -> float:
    """The smallest of 1, 2, 2.5, 5 × 10ⁿ that needs at most `most` steps up to `top`."""
    if top < 1e-9:  # nothing measurable: any axis will do
        return 1.0
    power = 10.0 ** math.floor(math.log10(top / most))
    for factor in (1, 2, 2.5, 5, 10, 20):
        if top <= power * factor * most * (1 + 1e-9):
            return power * factor
    return power * 50


def band_chart(rows: Sequence[tuple[str, Summary | None]], *, goal: float | None = None) -> BandChart | None:
    """The picture of the rows, or None where nothing can be drawn. The axis begins at zero."""
    known = [s for _label, s in rows if s is not None]
    if not known:
        return None
    top = max([s.q3 for s in known] + [s.median for s in known] + ([goal] if goal is not None else []))
    step = nice_step(top)
    count = max(1, math.ceil(top / step - 1e-9))

    def x(value: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * value / (step * count), 1)

    drawn = []
    for index, (label, s) in enumerate(rows):
        y = TOP + ROW / 2 + ROW * index
        dot, left, right = (None, None, None) if s is None else (x(s.median), x(s.q1), x(s.q3))
        drawn.append(BandRow(label, y, y + 6, dot, left, right, s, index == len(rows) - 1))
    bottom = TOP + ROW * len(rows)
    ticks = tuple(Tick(x(step * i), step * i) for i in range(count + 1))
    goal_x = None if goal is None else x(goal)
    return BandChart(WIDTH, int(bottom + 40), TOP, bottom, ticks, goal_x, goal, tuple(drawn))
