"""Charts as SVG, drawn on the server: numbers in, shapes out. No texts of people besides labels that are escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

CLASSES = ("f1", "f2", "f4", "f5", "f6", "f3")


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values under a name."""

    label: str
    values: Sequence[float]


def css(index: int, count: int, other: bool = False) -> str:
    """The class of a series; 「その他」 is always the grey one."""
    return "f3" if other else CLASSES[min(index, len(CLASSES) - (2 if count > 1 else 1))]


def bar(values: Sequence[float], top: float, classes: Sequence[str]) -> SafeString:
    """One bar of a table of bars, its parts side by side."""
    at, parts = 0.0, []
    for value, name in zip(values, classes, strict=True):
        width = 0.0 if top <= 0 else max(0.0, value) / top * 100
        if width:
            parts.append(f'<rect class="{name}" x="{at:.2f}" y="0" width="{width:.2f}" height="8"/>')
        at += width
    text = "".join(parts)
    return mark_safe(  # noqa: S308 - numbers and our own class names
        f'<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{text}</svg>'
    )


def steps(top: float) -> list[float]:
    """Round numbers for an axis up to `top`, at most six."""
    if top <= 0:
        return [0, 1]
    raw = top / 5
    unit = 10 ** math.floor(math.log10(raw))
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n >= raw)
    if top >= 5:
        step = max(step, 1)
    return [step * n for n in range(math.ceil(top / step - 1e-9) + 1)]


def line(labels: Sequence[str], series: Sequence[Series], classes: Sequence[str], title: str) -> SafeString:
    """A line chart: 720 × 280, its axis from 0 (or the least, when there are values below)."""
    values = [v for s in series for v in s.values]
    low, marks = min(0.0, *values, 0.0), steps(max([*values, 0.0]))
    top, left, right, base = marks[-1], 64, 704, 232
    span = (top - low) or 1

    def x(n: int) -> float:
        return left + (right - left) * (n / max(1, len(labels) - 1) if len(labels) > 1 else 0.5)

    def y(v: float) -> float:
        return base - (v - low) / span * (base - 16)

    out = [f'<svg class="line" viewBox="0 0 720 280" role="img" aria-label="{escape(title)}">']
    for mark in marks:
        kind = "l-base" if not mark else "l-grid"
        out.append(f'<line class="{kind}" x1="{left}" x2="{right}" y1="{y(mark):.1f}" y2="{y(mark):.1f}"/>')
        out.append(f'<text class="t-quiet t-end" x="{left - 8}" y="{y(mark) + 5:.1f}">{mark:,.10g}</text>')
    every = max(1, math.ceil(len(labels) / 6))
    for n, label in enumerate(labels):
        if n % every == 0:
            place = "" if n == 0 and len(labels) > 1 else "t-mid"
            out.append(f'<text class="{place}" x="{x(n):.1f}" y="{base + 28}">{escape(label[:14])}</text>')
    for one, name in zip(series, classes, strict=True):
        points = " ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in enumerate(one.values))
        out.append(f'<polyline class="s-{name}" points="{points}"/>')
        if len(labels) <= 40:
            out += [
                f'<circle class="{name}" cx="{x(n):.1f}" cy="{y(v):.1f}" r="4"/>'
                for n, v in enumerate(one.values)
            ]
    return mark_safe("".join([*out, "</svg>"]))  # noqa: S308 - labels are escaped


def pie(values: Sequence[float], classes: Sequence[str], title: str) -> SafeString:
    """A ring of 240 × 240, beginning at the top, clockwise."""
    total = sum(v for v in values if v > 0) or 1
    out = [f'<svg class="pie" viewBox="0 0 240 240" role="img" aria-label="{escape(title)}">']
    at, around = 0.0, 2 * math.pi * 80
    for value, name in zip(values, classes, strict=True):
        share = max(0.0, value) / total
        gap = 1.5 if share < 1 else 0
        drawn = max(0.0, share * around - gap)
        out.append(
            f'<circle class="s-{name}" cx="120" cy="120" r="80" pathLength="{around:.3f}"'
            f' stroke-dasharray="{drawn:.3f} {around:.3f}" transform="rotate({at * 360 - 90:.3f} 120 120)"/>'
        )
        at += share
    return mark_safe("".join([*out, "</svg>"]))  # noqa: S308 - numbers and our own class names
