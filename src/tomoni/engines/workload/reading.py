"""Survey rows out of a table of cells (業務量調査票): every bad line with its column and the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tomoni.engines.workload import cells, columns, kinds, lines
from tomoni.engines.workload.cells import Cell, CellError
from tomoni.engines.workload.columns import MONTHS, Head
from tomoni.engines.workload.model import (
    MAX_EACH_SECONDS,
    MAX_REMARKS,
    MAX_ROW_MINUTES,
    MAX_TEXT,
    Problem,
    Reading,
    SurveyRow,
    Table,
)

PLACE = ("path", "division", "section", "team")
TASK = ("large", "middle", "small")
REPEATED = frozenset(
    (
        *PLACE,
        *TASK,
        "task_id",
        "step",
        "kind",
        "core",
        "routine",
        "doer",
        "count",
        "method",
        "basis",
        "system",
        "input_medium",
        "output_medium",
        "personal",
        "deadline",
        "expertise",
        "confidence",
    )
)
_EXPERTISE = {
    "高": 5,
    "高い": 5,
    "a": 5,
    "やや高い": 4,
    "中": 3,
    "普通": 3,
    "ふつう": 3,
    "b": 3,
    "低": 1,
    "低い": 1,
    "c": 1,
}
_DISAGREE = 10  # per cent


def read_survey(table: Table, mapping: Mapping[int, str] | None = None) -> Reading:
    """Read a survey table. `mapping` corrects the columns that were recognised (position → code, "" = not used).

    Each good line gives one `SurveyRow`; each other line gives at least one `Problem` with line and column.
    """
    head = columns.find_head(table.rows)
    if head is not None and mapping:
        head = columns.remap(head, mapping)
    refused = lines.refusals(table, head, "survey")
    if head is None or refused:
        shown = head or Head(0, {}, {})
        return Reading(
            refused=tuple(refused),
            columns=shown.columns,
            titles=shown.titles,
            units=shown.units,
            head_line=table.line(shown.row) if head else 0,
        )
    reader = _Reader(table, head)
    reader.run()
    return Reading(
        rows=tuple(reader.rows),
        problems=tuple(sorted(reader.problems, key=lambda p: (p.line, p.severity, p.column))),
        columns=head.columns,
        titles=head.titles,
        units=head.units,
        head_line=table.line(head.row),
        data_lines=reader.count,
    )


def task_id_for(division: str, section: str, large: str, middle: str, small: str) -> str:
    """A stable id for a task without a standard id: the same task in next year's survey gets the same one."""
    key = "\x1f".join(kinds.fold(part) for part in (division, section, large, middle, small))
    return "t-" + hashlib.sha256(key.encode()).hexdigest()[:12]


def clean_task_id(given: str) -> str:
    """A given id in the form used in addresses: lower case ASCII letters, digits, hyphens; "" if nothing is left."""
    shown = kinds.fold(given).replace("_", "-")
    return "".join(ch for ch in shown if ch.isascii() and (ch.isalnum() or ch in "-."))[:40].strip("-.")


class _Reader:
    """One pass over the rows; collects rows and problems."""

    def __init__(self, table: Table, head: Head) -> None:
        self.table, self.head = table, head
        self.rows: list[SurveyRow] = []
        self.problems: list[Problem] = []
        self.count = 0
        self._repeats = lines.Repeats((*PLACE, *TASK), ())
        self._seen: dict[tuple[object, ...], int] = {}
        self._titles = {code: head.titles.get(at, code) for at, code in head.columns.items()}
        self._units = {code: head.units.get(at, "hour") for at, code in head.columns.items()}
        self._last_task: tuple[tuple[str, ...], str] = ((), "")

    def run(self) -> None:
        """Read every row below the head."""
        for at, row in lines.data_rows(self.table, self.head):
            line = self.table.line(at)
            raw = lines.by_code(self.table, self.head, at, row, REPEATED)
            if lines.is_total(raw, (*PLACE, *TASK, "step")):
                self._note(line, "total_row")
                continue
            if lines.is_example(raw, (*PLACE, *TASK, "step")):
                self._note(line, "example_row")
                continue
            self.count += 1
            values = self._repeats.fill(raw)
            extra = [p for p in self.head.extra_months if p < len(row) and not cells.is_nothing(row[p])]
            before = len(self.problems)
            if extra:
                self._bad(line, "month_13", self.head.titles[extra[0]])
            for code in lines.errors_in(values):
                self._bad(line, "cell_error", code, value=cells.text(values[code]))
            made = self._row(line, values) if len(self.problems) == before else None
            if made is not None and not any(p.severity == "bad" for p in self.problems[before:]):
                self._keep(made)

    def _bad(self, line: int, code: str, column: str = "", **details: Any) -> None:
        self.problems.append(Problem(line, code, self._titles.get(column, column), "bad", details))

    def _note(self, line: int, code: str, column: str = "", **details: Any) -> None:
        self.problems.append(Problem(line, code, self._titles.get(column, column), "note", details))

    def _keep(self, row: SurveyRow) -> None:
        """Take the row unless the very same line was there before; tell when only its figures differ."""
        same = (
            row.division,
            row.section,
            row.team,
            row.large,
            row.middle,
            row.small,
            row.step,
            row.kind,
            row.doer,
        )
        whole = (*same, row.count, row.each_seconds, row.minutes, row.months, row.remarks)
        if whole in self._seen:
            self._bad(row.line, "duplicate", first=self._seen[whole])
            return
        if same in self._seen:
            self._note(row.line, "same_step", first=self._seen[same])
        self._seen.setdefault(same, row.line)
        self._seen[whole] = row.line
        self.rows.append(row)

    def _row(self, line: int, values: Mapping[str, Cell]) -> SurveyRow | None:
        place = self._place(line, values)
        task = tuple(self._text(line, values, code) for code in TASK)
        step = self._text(line, values, "step")
        kind = self._kind(line, values)
        if not any((*task, step)):
            self._bad(line, "no_task", "small")
        amount = self._amount(line, values)
        if place is None or kind is None or amount is None or not any((*task, step)):
            return None
        given = clean_task_id(self._text(line, values, "task_id"))
        key = (*place, *task)
        if not given and self._last_task[0] == key:
            given = self._last_task[1]
        task_id = (
            given or task_id_for(place[0], place[1], *task)
            if any(task)
            else given or task_id_for(*place[:2], "", "", step)
        )
        self._last_task = (key, task_id)
        where: dict[str, Any] = dict(zip((*PLACE[1:], *TASK), key, strict=True))
        return SurveyRow(
            line=line,
            **where,
            step=step or task[2] or task[1] or task[0],
            kind=kind,
            task_id=task_id,
            **amount,
            **self._manner(line, values),
        )

    def _text(self, line: int, values: Mapping[str, Cell], code: str, limit: int = MAX_TEXT) -> str:
        shown = (
            " ".join(cells.text(values.get(code)).split())
            if limit == MAX_TEXT
            else cells.text(values.get(code))
        )
        if len(shown) > limit:
            self._bad(line, "too_long", code, length=len(shown), limit=limit)
            return shown[:limit]
        return "" if cells.is_nothing(shown) else shown

    def _place(self, line: int, values: Mapping[str, Cell]) -> tuple[str, str, str] | None:
        """Division, section, team: from their own columns, or from one path such as 「健康福祉部/健康推進課」."""
        if path := self._text(line, values, "path"):
            parts = [
                p.strip()
                for p in path.replace("／", "/")
                .replace("＞", "/")
                .replace(">", "/")
                .replace("　", "/")
                .split("/")
            ]
            parts = [p for p in parts if p]
            if len(parts) == 1:
                parts = ["", *parts]
            division, section, team = (*parts, "", "")[:3]
        else:
            division, section, team = (self._text(line, values, c) for c in ("division", "section", "team"))
        if not section:
            self._bad(line, "no_section", "section" if "section" in self._titles else "path")
            return None
        return division, section, team

    def _kind(self, line: int, values: Mapping[str, Cell]) -> str | None:
        shown = self._text(line, values, "kind")
        if not shown:
            self._bad(line, "no_kind", "kind")
            return None
        kind = kinds.kind_of(shown)
        if kind is None:
            self._bad(line, "unknown_kind", "kind", value=shown[:40])
        return kind

    def _number(self, line: int, values: Mapping[str, Cell], code: str) -> Decimal | None:
        """A count: whole, not negative; tells when it is only about."""
        try:
            found = cells.number(values.get(code))
        except CellError as error:
            self._bad(line, "count_not_number", code, value=str(error.details.get("value", ""))[:40])
            return None
        if found is None:
            return None
        if found.value < 0:
            self._bad(line, "negative", code, value=cells.text(values.get(code))[:40])
            return None
        if found.value > 1_000_000_000:
            self._bad(line, "count_too_large", code, value=cells.text(values.get(code))[:40])
            return None
        if found.about:
            self._note(line, "about", code, value=cells.text(values.get(code))[:40])
        return found.value

    def _seconds(self, line: int, values: Mapping[str, Cell], code: str) -> Decimal | None:
        try:
            found = cells.seconds(values.get(code), self._units.get(code, "hour"))
        except CellError as error:
            self._bad(line, "time_not_read", code, value=str(error.details.get("value", ""))[:40])
            return None
        if found is None:
            return None
        if found.value < 0:
            self._bad(line, "negative", code, value=cells.text(values.get(code))[:40])
            return None
        if found.about:
            self._note(line, "about", code, value=cells.text(values.get(code))[:40])
        return found.value

    def _amount(self, line: int, values: Mapping[str, Cell]) -> dict[str, Any] | None:
        """The year's minutes and where they come from: hours by month, then a yearly total, then count × time each."""
        before = len(self.problems)
        count = self._number(line, values, "count")
        each = self._seconds(line, values, "minutes")
        months = [self._seconds(line, values, code) for code in MONTHS]
        total = self._seconds(line, values, "hours")
        if any(p.severity == "bad" for p in self.problems[before:]):
            return None
        if each is not None and each > MAX_EACH_SECONDS:
            self._bad(line, "each_too_long", "minutes", value=cells.text(values.get("minutes"))[:40])
            return None
        if count is not None and count != count.to_integral_value():
            self._note(line, "count_rounded", "count", value=cells.text(values.get("count"))[:40])
        whole_count = None if count is None else cells.whole(count)
        whole_each = None if each is None else cells.whole(each)
        product = (
            None
            if whole_count is None or whole_each is None
            else cells.whole(Decimal(whole_count * whole_each) / 60)
        )
        by_month = (
            tuple(cells.whole((m or Decimal(0)) / 60) for m in months)
            if any(m is not None for m in months)
            else ()
        )
        given = None if total is None else cells.whole(total / 60)
        return self._choose(line, values, by_month, given, product, whole_count, whole_each)

    def _choose(
        self,
        line: int,
        values: Mapping[str, Cell],
        by_month: tuple[int, ...],
        given: int | None,
        product: int | None,
        count: int | None,
        each: int | None,
    ) -> dict[str, Any] | None:
        choices = [
            (c, m)
            for c, m in (
                ("months", sum(by_month) if by_month else None),
                ("count", product),
                ("total", given),
            )
            if m is not None
        ]
        if not choices:
            merged_or_blank = "minutes" if count is not None else "count"
            self._bad(line, "no_time", merged_or_blank)
            return None
        used, minutes = choices[0]
        if minutes > MAX_ROW_MINUTES:
            self._bad(line, "too_many_hours", used if used in self._titles else "", hours=minutes // 60)
            return None
        if minutes == 0:
            self._note(line, "zero_hours")
        other = choices[1][1] if len(choices) > 1 else None
        for name, figure in choices[1:]:
            if abs(figure - minutes) * 100 > _DISAGREE * max(figure, minutes):
                self._note(
                    line,
                    "disagree",
                    used=used,
                    used_hours=_hours(minutes),
                    other=name,
                    other_hours=_hours(figure),
                )
        return {
            "minutes": minutes,
            "used": used,
            "other_minutes": other,
            "count": count,
            "each_seconds": each,
            "months": by_month,
        }

    def _word(
        self, line: int, values: Mapping[str, Cell], code: str, vocabulary: str, contains: bool = False
    ) -> str:
        """A word of a small vocabulary; unknown words are told and left empty."""
        shown = self._text(line, values, code)
        if not shown:
            return ""
        found = kinds.word_of(vocabulary, shown)
        if found is None and contains:
            found = kinds.word_of(vocabulary, shown.split("(")[0].split("（")[0])
        if found is None:
            self._note(line, f"unknown_{vocabulary}", code, value=shown[:40])
        return found or ""

    def _flag(self, line: int, values: Mapping[str, Cell], code: str) -> bool | None:
        cell = values.get(code)
        shown = cells.text(cell)
        if not shown:
            return None
        found = kinds.word_of("flag", shown)
        if found is None:
            self._note(line, "unknown_flag", code, value=shown[:40])
            return None
        return found == "yes"

    def _expertise(self, line: int, values: Mapping[str, Cell]) -> int | None:
        shown = self._text(line, values, "expertise")
        if not shown:
            return None
        folded = kinds.fold(shown)
        level = _EXPERTISE.get(folded) or (
            int(folded) if folded.isdigit() and 1 <= int(folded) <= 5 else None
        )
        if level is None:
            self._note(line, "unknown_expertise", "expertise", value=shown[:40])
        return level

    def _manner(self, line: int, values: Mapping[str, Cell]) -> dict[str, Any]:
        """How the work is done: everything besides place, task, kind and time."""
        return {
            "doer": self._word(line, values, "doer", "doer", contains=True),
            "method": self._word(line, values, "method", "method", contains=True),
            "core": self._flag(line, values, "core"),
            "expertise": self._expertise(line, values),
            "routine": self._word(line, values, "routine", "routine"),
            "basis": self._word(line, values, "basis", "basis", contains=True),
            "system": self._text(line, values, "system"),
            "input_medium": self._text(line, values, "input_medium"),
            "output_medium": self._text(line, values, "output_medium"),
            "personal": self._flag(line, values, "personal"),
            "deadline": self._text(line, values, "deadline"),
            "remarks": self._text(line, values, "remarks", MAX_REMARKS),
            "confidence": self._word(line, values, "confidence", "confidence"),
        }


def _hours(minutes: int) -> str:
    """Minutes as hours with one decimal, for sentences."""
    return f"{Decimal(minutes) / 60:.1f}"
