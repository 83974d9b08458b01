"""Hours by section and kind of work, shares, coverage (把握率): sums of whole minutes, nothing else.

Coverage = surveyed ÷ paid. Hours of people paid by others (派遣, 委託) count only where the paid table
names them too. Without paid hours coverage is None, never 0 or 100 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tomoni.engines.workload.kinds import KINDS, OUTSIDE, Group, fold, group_of

LOW_COVERAGE = 60  # per cent: below this the section is marked
_NICE = tuple(lead * 10**power for power in range(6) for lead in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Entry:
    """Surveyed minutes of one section, kind of work, doer and measuring method. `rank` orders sections as surveyed."""

    division: str
    section: str
    kind: str
    minutes: int
    doer: str = ""
    method: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class PaidEntry:
    """Paid minutes of one section and doer; the division may be empty."""

    section: str
    minutes: int
    division: str = ""
    doer: str = ""
    heads: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Surveyed ÷ paid (把握率), both in minutes; `paid` None or 0 = unknown."""

    surveyed: int
    paid: int | None

    @property
    def permille(self) -> int | None:
        """The ratio in per mille, rounded half up; None when it is unknown."""
        return (self.surveyed * 2000 + self.paid) // (2 * self.paid) if self.paid else None

    @property
    def percent(self) -> int | None:
        """The ratio in whole per cent, rounded half up from the exact figure; None when it is unknown."""
        return percent(self.surveyed, self.paid) if self.paid else None

    @property
    def low(self) -> bool:
        """Under 60 %: the table shows less than what is there."""
        return bool(self.paid) and self.surveyed * 100 < LOW_COVERAGE * (self.paid or 0)

    @property
    def over(self) -> bool:
        """Over 100 %: one of the two files must be wrong."""
        return bool(self.paid) and self.surveyed > (self.paid or 0)


@dataclass(frozen=True, slots=True)
class SectionTotals:
    """A section's minutes by kind, its sum, its shares and its coverage."""

    division: str
    section: str
    by_kind: Mapping[str, int]
    minutes: int
    coverage: Coverage

    def group(self, group: Group) -> int:
        """Minutes of a group: 事務作業, コア業務, その他."""
        return sum(minutes for kind, minutes in self.by_kind.items() if group_of(kind) == group)


@dataclass(frozen=True, slots=True)
class WorkMap:
    """The whole town: sections, sums by kind, by measuring method and by doer."""

    sections: tuple[SectionTotals, ...] = ()
    by_kind: Mapping[str, int] = field(default_factory=dict)
    by_method: Mapping[str, int] = field(default_factory=dict)
    by_doer: Mapping[str, int] = field(default_factory=dict)
    minutes: int = 0
    coverage: Coverage = field(default_factory=lambda: Coverage(0, None))
    paid_without_survey: tuple[str, ...] = ()

    def group(self, group: Group) -> int:
        """Minutes of a group in the whole town."""
        return sum(minutes for kind, minutes in self.by_kind.items() if group_of(kind) == group)


def _add(sums: dict[str, int], key: str, minutes: int) -> None:
    sums[key] = sums.get(key, 0) + minutes


def match_paid(
    sections: Iterable[tuple[str, str]], paid: Iterable[PaidEntry]
) -> tuple[dict[tuple[str, str], list[PaidEntry]], list[PaidEntry]]:
    """Give each paid entry to its section: by division and name, else by the name alone if it is the only one."""
    known = list(dict.fromkeys(sections))
    exact = {(fold(d), fold(s)): (d, s) for d, s in known}
    by_name: dict[str, list[tuple[str, str]]] = {}
    for division, section in known:
        by_name.setdefault(fold(section), []).append((division, section))
    given: dict[tuple[str, str], list[PaidEntry]] = {}
    left: list[PaidEntry] = []
    for entry in paid:
        key = exact.get((fold(entry.division), fold(entry.section)))
        if key is None:
            names = by_name.get(fold(entry.section), [])
            only = len(names) == 1 and (not entry.division or not names[0][0])
            key = names[0] if only else None
        if key is None:
            left.append(entry)
        else:
            given.setdefault(key, []).append(entry)
    return given, left


def _countable(by_doer: Mapping[str, int], paid: Iterable[PaidEntry]) -> int:
    """Surveyed minutes that paid hours can stand against."""
    named = {entry.doer for entry in paid}
    return sum(minutes for doer, minutes in by_doer.items() if doer not in OUTSIDE or doer in named)


def work_map(entries: Iterable[Entry], paid: Iterable[PaidEntry] = ()) -> WorkMap:
    """Sum surveyed minutes and set them against paid minutes. Sections keep the order of their `rank`."""
    kinds: dict[tuple[str, str], dict[str, int]] = {}
    doers: dict[tuple[str, str], dict[str, int]] = {}
    rank: dict[tuple[str, str], int] = {}
    total: dict[str, int] = {}
    methods: dict[str, int] = {}
    all_doers: dict[str, int] = {}
    for entry in entries:
        key = (entry.division, entry.section)
        _add(kinds.setdefault(key, {}), entry.kind, entry.minutes)
        _add(doers.setdefault(key, {}), entry.doer, entry.minutes)
        rank[key] = min(rank.get(key, entry.rank), entry.rank)
        _add(total, entry.kind, entry.minutes)
        _add(methods, entry.method, entry.minutes)
        _add(all_doers, entry.doer, entry.minutes)
    paid = list(paid)
    order = sorted(kinds, key=lambda key: rank[key])
    given, left = match_paid(order, paid)
    sections = tuple(
        SectionTotals(
            *key,
            kinds[key],
            sum(kinds[key].values()),
            Coverage(
                _countable(doers[key], given.get(key, ())),
                sum(e.minutes for e in given[key]) if key in given else None,
            ),
        )
        for key in order
    )
    whole = Coverage(
        sum(s.coverage.surveyed for s in sections), sum(e.minutes for e in paid) if paid else None
    )
    return WorkMap(
        sections,
        total,
        methods,
        all_doers,
        sum(total.values()),
        whole,
        tuple(dict.fromkeys(e.section for e in left)),
    )


def permille(part: int, whole: int) -> int:
    """A share in per mille, rounded half up; 0 for an empty whole."""
    return (part * 2000 + whole) // (2 * whole) if whole else 0


def percent(part: int, whole: int) -> int:
    """A share in whole per cent, rounded half up (not from per mille: 7.45 % is 7 %)."""
    return (part * 200 + whole) // (2 * whole) if whole else 0


def heat_steps(sections: Iterable[SectionTotals]) -> tuple[int, ...]:
    """Five thresholds in hours for colouring the table: a round number, doubled four times, that the largest cell exceeds."""
    most = max((minutes // 60 for s in sections for minutes in s.by_kind.values()), default=0)
    base = max((nice for nice in _NICE if nice * 16 <= most), default=1)
    return tuple(base * 2**step for step in range(5))


def heat_step(minutes: int, steps: tuple[int, ...]) -> int:
    """0 to 5: how many thresholds the minutes reach."""
    return sum(minutes >= 60 * step for step in steps)


def hours(minutes: int) -> int:
    """Whole hours, rounded half up, for tables."""
    return (minutes + 30) // 60


ORDERED_KINDS = tuple(kind.code for kind in KINDS)
