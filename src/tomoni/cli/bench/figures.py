"""Figures of a benchmark, as JSON or as a table."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from unicodedata import east_asian_width

from tomoni.cli.texts import _


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `target`: at most this is good enough; `floor`: what the bare database needs for the same data."""

    name: str
    unit: str
    value: float
    target: float | None = None
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the floor; None without one."""
        return round(self.value / self.floor, 1) if self.floor else None


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile (`share` from 0 to 1) of at least one value."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def timed(rounds: int, once: Callable[[int], object], *, warm: int = 5) -> list[float]:
    """Milliseconds of each round, after some rounds to warm up."""
    found = []
    for number in range(-warm, rounds):
        begun = perf_counter()
        once(number)
        if number >= 0:
            found.append((perf_counter() - begun) * 1000)
    return found


def two(
    name: str, values: Sequence[float], *, targets: tuple[float | None, float | None], floor: Sequence[float]
) -> list[Figure]:
    """The median and the 95th percentile of a measurement, with the floor's."""
    return [
        Figure(
            f"{name}_{label}",
            "ms",
            round(percentile(values, share), 2),
            target,
            round(percentile(floor, share), 3),
        )
        for label, share, target in (("p50", 0.5, targets[0]), ("p95", 0.95, targets[1]))
    ]


def as_json(figures: Sequence[Figure]) -> str:
    """`{"figures": [{"name", "unit", "value", "target", "floor", "ratio"}]}`."""
    return json.dumps(
        {"figures": [{**asdict(f), "ratio": f.ratio} for f in figures]}, ensure_ascii=False, indent=1
    )


def as_table(figures: Sequence[Figure]) -> str:
    """A readable table; a figure over its target is marked."""
    rows = [(_("測ったもの"), _("値"), _("目標"), _("底"), _("底の何倍"), "")]
    for f in figures:
        over = f.target is not None and f.value > f.target
        rows.append(
            (
                f.name,
                f"{f.value:g} {f.unit}",
                _number(f.target),
                _number(f.floor),
                _number(f.ratio),
                _("目標を超えています") if over else "",
            )
        )
    widths = [max(_width(row[n]) for row in rows) for n in range(6)]
    lines = []
    for row in rows:
        cells = [row[0] + " " * (widths[0] - _width(row[0]))]
        cells += [" " * (widths[n] - _width(row[n])) + row[n] for n in range(1, 5)]
        lines.append("  ".join([*cells, row[5]]).rstrip())
    lines.insert(1, "─" * max(map(_width, lines)))
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
