"""Paid hours (支払った時間) out of a table of cells: scheduled + overtime − leave, by section and doer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tomoni.engines.workload import cells, columns, kinds, lines
from tomoni.engines.workload.cells import Cell, CellError
from tomoni.engines.workload.columns import Head
from tomoni.engines.workload.model import MAX_TEXT, PaidReading, PaidRow, Problem, Table

_FILL = frozenset({"division", "section", "source", "year"})
_MOST = 8_784 * 60  # minutes of a leap year: nobody can be paid for more


def read_paid(table: Table, fiscal_year: int, mapping: Mapping[int, str] | None = None) -> PaidReading:
    """Read paid hours of one fiscal year; lines of another year are problems, not silently dropped."""
    head = columns.find_head(table.rows, "paid")
    if head is not None and mapping:
        head = columns.remap(head, mapping)
    refused = lines.refusals(table, head, "paid")
    if head is None or refused:
        shown = head or Head(0, {}, {})
        return PaidReading(
            refused=tuple(refused),
            columns=shown.columns,
            titles=shown.titles,
            units=shown.units,
            head_line=table.line(shown.row) if head else 0,
        )
    reader = _PaidReader(table, head, fiscal_year)
    for at, row in lines.data_rows(table, head):
        reader.take(at, lines.by_code(table, head, at, row, _FILL | {"doer"}))
    return PaidReading(
        tuple(reader.rows),
        tuple(reader.problems),
        head.columns,
        head.titles,
        head.units,
        table.line(head.row),
        reader.count,
    )


class _PaidReader:
    """One pass over the rows of a paid-hours file."""

    def __init__(self, table: Table, head: Head, fiscal_year: int) -> None:
        self.table, self.head, self.fiscal_year = table, head, fiscal_year
        self.rows: list[PaidRow] = []
        self.problems: list[Problem] = []
        self.count = 0
        self._repeats = lines.Repeats(("division", "section"), ("source",), ("year",))
        self._seen: dict[tuple[str, ...], int] = {}
        self._titles = {code: head.titles.get(at, code) for at, code in head.columns.items()}
        self._units = {code: head.units.get(at, "hour") for at, code in head.columns.items()}

    def _bad(self, line: int, code: str, column: str = "", **details: object) -> None:
        self.problems.append(Problem(line, code, self._titles.get(column, column), "bad", details))

    def take(self, at: int, raw: Mapping[str, Cell]) -> None:
        """Read one line."""
        line = self.table.line(at)
        if lines.is_total(raw, ("division", "section", "doer")):
            self.problems.append(Problem(line, "total_row", severity="note"))
            return
        if lines.is_example(raw, ("division", "section")):
            self.problems.append(Problem(line, "example_row", severity="note"))
            return
        self.count += 1
        values = self._repeats.fill(raw)
        before = len(self.problems)
        section = self._text(line, values, "section")
        if not section:
            self._bad(line, "no_section", "section")
        doer = self._doer(line, values)
        minutes = self._minutes(line, values)
        heads = self._heads(line, values)
        year = self._year(line, values)
        if minutes is not None and heads and minutes > heads * _MOST:
            self._bad(line, "paid_too_many", "paid", hours=minutes // 60, heads=heads)
        if len(self.problems) > before or minutes is None:
            return
        division = self._text(line, values, "division")
        key = (division, section, doer)
        if key in self._seen:
            self._bad(line, "duplicate", first=self._seen[key])
            return
        self._seen[key] = line
        self.rows.append(
            PaidRow(line, division, section, doer, heads, minutes, year, self._text(line, values, "source"))
        )

    def _text(self, line: int, values: Mapping[str, Cell], code: str) -> str:
        shown = " ".join(cells.text(values.get(code)).split())
        if len(shown) > MAX_TEXT:
            self._bad(line, "too_long", code, length=len(shown), limit=MAX_TEXT)
        return "" if cells.is_nothing(shown) else shown[:MAX_TEXT]

    def _doer(self, line: int, values: Mapping[str, Cell]) -> str:
        shown = self._text(line, values, "doer")
        found = kinds.word_of("doer", shown) if shown else ""
        if found is None:
            self._bad(line, "unknown_doer", "doer", value=shown[:40])
        return found or ""

    def _heads(self, line: int, values: Mapping[str, Cell]) -> int | None:
        try:
            found = cells.number(values.get("heads"))
        except CellError:
            found = cells.Number(Decimal(-1))
        if found is None:
            return None
        if found.value < 0 or found.value > 1_000_000:
            self._bad(line, "heads_not_number", "heads", value=cells.text(values.get("heads"))[:40])
            return None
        return cells.whole(found.value)

    def _time(self, line: int, values: Mapping[str, Cell], code: str) -> int | None:
        try:
            found = cells.seconds(values.get(code), self._units.get(code, "hour"))
        except CellError:
            self._bad(line, "time_not_read", code, value=cells.text(values.get(code))[:40])
            return None
        if found is not None and found.value < 0:
            self._bad(line, "negative", code, value=cells.text(values.get(code))[:40])
            return None
        return None if found is None else cells.whole(found.value / 60)

    def _minutes(self, line: int, values: Mapping[str, Cell]) -> int | None:
        """Paid minutes as given, else scheduled + overtime − leave."""
        before = len(self.problems)
        paid = self._time(line, values, "paid")
        scheduled, overtime, leave = (self._time(line, values, c) for c in ("scheduled", "overtime", "leave"))
        if len(self.problems) > before:
            return None
        if paid is None and scheduled is not None:
            paid = scheduled + (overtime or 0) - (leave or 0)
        if paid is None:
            self._bad(line, "no_paid_hours", "paid" if "paid" in self._titles else "scheduled")
        elif paid < 0:
            self._bad(line, "negative", "leave", value=str(paid // 60))
        return paid

    def _year(self, line: int, values: Mapping[str, Cell]) -> int | None:
        try:
            year = cells.fiscal_year(values.get("year"))
        except CellError:
            self._bad(line, "year_not_read", "year", value=cells.text(values.get("year"))[:40])
            return None
        if year is not None and year != self.fiscal_year:
            self._bad(line, "other_year", "year", year=year, wanted=self.fiscal_year)
        return year
