"""What reading a survey and reading paid hours share: the head, refusals, repeats, totals lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tomoni.engines.workload import cells, columns
from tomoni.engines.workload.cells import Cell
from tomoni.engines.workload.columns import Head
from tomoni.engines.workload.model import Problem, Table

_TOTAL = re.compile(r"^(?:総?合計|小計|総計|計|累計|課計|部計|全庁計|全体計|合計欄)$")
_ERROR = re.compile(r"^#(?:REF!|VALUE!|DIV/0!|NAME\?|N/A|NUM!|NULL!|SPILL!)$", re.IGNORECASE)
_EXAMPLE = re.compile(r"^(?:[(（【\[<＜※]?(?:記入例|記載例)|[(（【\[]例[)）】\]]|例$|例[:：\s])")


def refusals(table: Table, head: Head | None, sheet: str) -> list[Problem]:
    """Why nothing of the table may be taken: no head, a column twice, individual numbers (個人番号)."""
    found = [
        Problem(table.line(at), "individual_number", column=column_name(number))
        for at, row in enumerate(table.rows)
        for number, cell in enumerate(row)
        if cell is not None and cells.individual_number(cell)
    ][:50]
    if not table.rows:
        return [*found, Problem(1, "empty_file")]
    if head is None or not columns.usable(head, sheet):
        missing = sorted(set(head.columns.values())) if head else []
        return [
            *found,
            Problem(table.line(head.row) if head else 1, f"no_head_{sheet}", details={"found": missing}),
        ]
    for places in head.doubled.values():
        found.append(Problem(table.line(head.row), "column_twice", column=head.titles[places[0]]))
    return found


def column_name(at: int) -> str:
    """The spreadsheet name of a column: 0 → A, 27 → AB."""
    name, rest = "", at + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return name


def data_rows(table: Table, head: Head) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Rows below the head that are not empty, with their position."""
    for at in range(head.row + 1, len(table.rows)):
        row = table.rows[at]
        if any(cells.text(row[p]) for p in range(len(row)) if (at, p) not in table.merged):
            yield at, row


def by_code(
    table: Table, head: Head, at: int, row: Sequence[Cell], keep_merged: frozenset[str]
) -> dict[str, Cell]:
    """The cells of a row by column code; a merged repeat counts only in columns where repeating is meant."""
    found: dict[str, Cell] = {}
    for place, code in head.columns.items():
        if place < len(row) and ((at, place) not in table.merged or code in keep_merged):
            found[code] = row[place]
    return found


def is_total(values: Mapping[str, Cell], codes: Sequence[str]) -> bool:
    """Whether the row is a sum of rows above (合計, 小計): taking it would count twice."""
    return any(_TOTAL.match("".join(cells.text(values.get(code)).split())) for code in codes)


def is_example(values: Mapping[str, Cell], codes: Sequence[str]) -> bool:
    """Whether the row is an example left in the form (記入例)."""
    return any(_EXAMPLE.match(cells.text(values.get(code))) for code in codes)


def errors_in(values: Mapping[str, Cell]) -> list[str]:
    """Codes of the columns that hold a spreadsheet error such as #REF!."""
    return [code for code, cell in values.items() if isinstance(cell, str) and _ERROR.match(cell.strip())]


class Repeats:
    """Fills blank repeats (前の行と同じ) downward, coarse to fine: a new value clears the finer ones."""

    def __init__(self, *chains: Sequence[str]) -> None:
        self._chains = chains
        self._last: dict[str, Cell] = {}
        self._above: dict[str, Cell] = {}

    def fill(self, values: Mapping[str, Cell]) -> dict[str, Cell]:
        """The row with 〃 replaced by the cell above, and blanks of the chains by the value they repeat."""
        filled = {
            c: self._above.get(c) if cells.is_ditto(v) and v is not None else v for c, v in values.items()
        }
        for chain in self._chains:
            fresh = False
            for code in chain:
                if code not in values:
                    continue
                if cells.text(filled.get(code)):
                    fresh = fresh or cells.text(filled[code]) != cells.text(self._last.get(code))
                    self._last[code] = filled[code]
                elif fresh:
                    self._last.pop(code, None)
                else:
                    filled[code] = self._last.get(code)
        self._above = filled
        return filled
