"""A kit (キット) as immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tomoni.records.schema.spec import AppSpec


@dataclass(frozen=True, slots=True)
class SlotPattern:
    """Bookable slots (予約枠) as a pattern: on these weekdays (0 = Monday) or dates, at these times ("09:30"), each `minutes` long.

    `weeks` from the installation day plus `start_after_days`; public holidays are skipped unless told otherwise.
    """

    field: str
    times: tuple[str, ...]
    weekdays: tuple[int, ...] = ()
    dates: tuple[str, ...] = ()
    place: str = ""
    capacity: int = 1
    minutes: int = 60
    weeks: int = 8
    start_after_days: int = 1
    skip_holidays: bool = True


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything a kit file says. `spec` uses the word `section` for the section that will own the app."""

    code: str
    version: str
    name: str
    summary: str
    publisher: str
    license: str
    spec: AppSpec
    description: str = ""
    task_id: str = ""
    tags: tuple[str, ...] = ()
    automations: tuple[Mapping[str, Any], ...] = ()
    slots: tuple[SlotPattern, ...] = ()
    sample: tuple[Mapping[str, Any], ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def steps(self) -> dict[str, str]:
        """State → step of the workload survey (作業)."""
        return {s.name: s.step for s in self.spec.states if s.step}
