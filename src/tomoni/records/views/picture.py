"""The process as a picture: boxes for states from top to bottom, arrows for actions. Plain numbers for an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tomoni.records.schema.spec import ActionSpec, StateSpec

STEP, TOP, HEIGHT = 92, 12, 44
LEFT, RIGHT = 150, 330
MOST = 11


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its upper edge and the middle of its text."""

    name: str
    kind: str
    y: int
    middle: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """An action: its line, and where its name stands."""

    name: str
    path: str
    x: int
    y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    height: int


def picture(states: Sequence[StateSpec], actions: Sequence[ActionSpec]) -> Picture:
    """Straight arrows to the next state, forward jumps on the right, ways back on the left."""
    places = {s.name: n for n, s in enumerate(states)}
    boxes = tuple(
        Box(_short(s.name), s.kind, TOP + n * STEP, TOP + n * STEP + HEIGHT // 2)
        for n, s in enumerate(states)
    )
    arrows: list[Arrow] = []
    straight: dict[int, list[str]] = {}
    right = left = 0
    for step in actions:
        if step.source not in places or step.target not in places or step.source == step.target:
            continue
        a, b = places[step.source], places[step.target]
        if b == a + 1:
            straight.setdefault(a, []).append(step.name)
        elif b > a:
            arrows.append(_curve(step.name, a, b, RIGHT, 26 + 14 * (right % 4), 14 * (right % 3)))
            right += 1
        else:
            arrows.append(_curve(step.name, a, b, LEFT, -26 - 14 * (left % 4), 14 * (left % 3)))
            left += 1
    x = (LEFT + RIGHT) // 2
    for a, names in straight.items():
        top = TOP + a * STEP + HEIGHT
        label = _short("・".join(names), MOST + 3)
        arrows.append(Arrow(label, f"M{x} {top}V{top + STEP - HEIGHT - 6}", x + 10, top + 28, "start"))
    return Picture(boxes, tuple(arrows), TOP * 2 + max(0, len(states) - 1) * STEP + HEIGHT)


def _curve(name: str, a: int, b: int, edge: int, out: int, down: int) -> Arrow:
    shift = 8 if out > 0 else -8
    start = TOP + a * STEP + HEIGHT // 2 + 8
    end = TOP + b * STEP + HEIGHT // 2 - 8
    tip = edge + (6 if out > 0 else -6)
    path = f"M{edge} {start}C{edge + out * 2} {start} {edge + out * 2} {end} {tip} {end}"
    x = edge + out + shift + (out // 2)
    return Arrow(_short(name), path, x, (start + end) // 2 + down, "start" if out > 0 else "end")


def _short(text: str, most: int = MOST) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
