"""What goes in and what comes out of the reading of a survey sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tomoni.engines.workload.cells import Cell

Severity = Literal["bad", "note"]
MAX_TEXT = 200
MAX_REMARKS = 2000
MAX_ROW_MINUTES = 8_784 * 60
MAX_EACH_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as rows of cells. `merged` holds (row, column) of cells that only repeat a merged one above or left.

    `lines` gives the line in the file of each row when they differ (CSV cells with line breaks); 1-based.
    """

    rows: Sequence[Sequence[Cell]]
    merged: frozenset[tuple[int, int]] = frozenset()
    name: str = ""
    lines: Sequence[int] = ()

    def line(self, row: int) -> int:
        """The line of a row as the person sees it, 1-based."""
        return self.lines[row] if row < len(self.lines) else row + 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a line: `bad` keeps the row out, `note` only tells. `details` fill the room's sentence."""

    line: int
    code: str
    column: str = ""
    severity: Severity = "bad"
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One row of a survey: a step of a task, by one kind of doer. Times are whole minutes or seconds.

    `minutes` is the year's total; `used` says where it comes from: `months`, `count` (count × time each)
    or `total` (a yearly total as given). `other_minutes` is the figure that was not used, if both were there.
    """

    line: int
    division: str
    section: str
    team: str
    large: str
    middle: str
    small: str
    step: str
    kind: str
    task_id: str
    minutes: int
    used: str
    other_minutes: int | None = None
    count: int | None = None
    each_seconds: int | None = None
    months: tuple[int, ...] = ()
    doer: str = ""
    method: str = ""
    core: bool | None = None
    expertise: int | None = None
    routine: str = ""
    basis: str = ""
    system: str = ""
    input_medium: str = ""
    output_medium: str = ""
    personal: bool | None = None
    deadline: str = ""
    remarks: str = ""
    confidence: str = ""

    @property
    def task_name(self) -> str:
        """The task's name: the finest class that is given."""
        return self.small or self.middle or self.large or self.step


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a survey: good rows, every problem by line, and what was understood.

    `refused` is set when nothing of the file may be taken (no head, an individual number, a doubled column).
    """

    rows: tuple[SurveyRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    columns: Mapping[int, str] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    head_line: int = 0
    data_lines: int = 0
    refused: tuple[Problem, ...] = ()

    @property
    def bad_lines(self) -> int:
        """The number of lines that are kept out."""
        return len({p.line for p in self.problems if p.severity == "bad"})


@dataclass(frozen=True, slots=True)
class PaidRow:
    """Paid hours of a section and a kind of doer (支払った時間): the denominator of coverage. Minutes are whole."""

    line: int
    division: str
    section: str
    doer: str
    heads: int | None
    minutes: int
    fiscal_year: int | None
    source: str


@dataclass(frozen=True, slots=True)
class PaidReading:
    """The result of reading a file of paid hours."""

    rows: tuple[PaidRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    columns: Mapping[int, str] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    head_line: int = 0
    data_lines: int = 0
    refused: tuple[Problem, ...] = ()

    @property
    def bad_lines(self) -> int:
        """The number of lines that are kept out."""
        return len({p.line for p in self.problems if p.severity == "bad"})
