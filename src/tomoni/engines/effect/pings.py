"""Active time at the screen from marks (作業時間): the time between two marks, pauses over 5 minutes dropped.

A *mark* is a moment at which somebody surely worked: a page opened, a key pressed, a page left. The time from
one mark to the next belongs to the record of the first mark. One person has one chain of marks however many
windows are open, so no second counts twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

MAX_PAUSE = 300
"""Seconds. A longer pause is dropped whole, not cut to five minutes."""

Kind = Literal["start", "beat", "stop", "leave"]


@dataclass(frozen=True, slots=True)
class Presence:
    """A person's chain: the last mark (seconds), the record open since, and whether a script reports."""

    last: float | None = None
    record: str | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What arrived at `at` (the server's clock, seconds).

    `start`: the record came into view. `beat`: there was input `idle` seconds ago (the only thing the
    browser says; it can only make the time shorter). `stop`: it went out of view. `leave`: another page.
    """

    kind: Kind
    at: float
    record: str | None = None
    idle: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """The next standing, and the seconds credited to a record by this event (0: none)."""

    presence: Presence
    record: str | None = None
    seconds: float = 0.0


def advance(before: Presence, event: Event) -> Step:
    """Take one event. Late, repeated or lying events credit nothing and never move the chain back."""
    if event.kind == "leave" and (before.live or before.record is None):
        return Step(before)
    # With nothing open there is no interval that the browser's word could shorten: begin now.
    believed = event.kind == "beat" and before.record is not None and event.idle == event.idle
    idle = max(0.0, event.idle) if believed else 0.0
    moment = event.at - idle
    if before.last is not None and (moment < before.last or (event.kind == "beat" and moment == before.last)):
        return Step(before)
    gap = 0.0 if before.last is None or before.record is None else moment - before.last
    seconds = gap if gap <= MAX_PAUSE else 0.0
    return Step(_next(before, event, moment), before.record if seconds else None, seconds)


def _next(before: Presence, event: Event, moment: float) -> Presence:
    """Where the chain stands after an event that counts."""
    if event.kind == "leave":
        return Presence(moment, None)
    if event.kind == "stop":
        if event.record != before.record:
            return replace(before, last=moment)
        return Presence(moment, None)
    same = event.record == before.record
    return Presence(moment, event.record, live=event.kind == "beat" or (same and before.live))
