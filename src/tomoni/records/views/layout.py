"""A form in its layout (配置): rows side by side, groups that open. Forms, records and the builder show the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tomoni.records.schema import edit
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import LayoutItem

COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece in a row: `span` of twelve columns; `shown` is what stands there (a form row, a value) for a field."""

    kind: str
    span: int
    label: str = ""
    shown: Any = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A row with its cells, or a group with its rows. `alone`: one field over the whole width."""

    kind: str
    cells: tuple[Cell, ...] = ()
    label: str = ""
    open: bool = True
    rows: tuple[Block, ...] = ()
    key: str = ""

    @property
    def alone(self) -> bool:
        """One field and nothing else, without a width of its own."""
        return len(self.cells) == 1 and self.cells[0].kind == "field" and self.cells[0].span == COLUMNS


def blocks(app: AppSchema, shown: Mapping[str, Any], *, wrong: frozenset[str] = frozenset()) -> list[Block]:
    """The blocks of a form: `shown` are its pieces by field code; what has no place comes last. Empty rows are left out.

    A group with a field that is `wrong` is open.
    """
    layout = edit.complete([f for f in app.fields if f.code in shown], app.layout)
    made = [b for i, item in enumerate(layout) if (b := _block(item, shown, wrong, str(i)))]
    placed = set(edit.placed(layout))
    rest = [
        Block("row", (Cell("field", COLUMNS, shown=s),)) for code, s in shown.items() if code not in placed
    ]
    return made + rest


def is_plain(app: AppSchema) -> bool:
    """Whether every field simply has a row of its own."""
    return not app.layout


def shell(item: LayoutItem, shown: Mapping[str, Any], path: str) -> Block:
    """A block of the builder's canvas: as on the form, but an empty group stays."""
    if item.kind != "group":
        return _block(item, shown, frozenset(), path) or Block("row", key=f"p:{path}")
    rows = tuple(shell(r, shown, f"{path}.{i}") for i, r in enumerate(item.items))
    return Block("group", label=item.label, open=item.open, rows=rows, key=f"p:{path}")


def _block(item: LayoutItem, shown: Mapping[str, Any], wrong: frozenset[str], path: str) -> Block | None:
    if item.kind == "group":
        rows = tuple(b for i, r in enumerate(item.items) if (b := _block(r, shown, wrong, f"{path}.{i}")))
        inside = set(edit.placed(item.items))
        opened = item.open or bool(inside & wrong)
        return Block("group", label=item.label, open=opened, rows=rows, key=f"p:{path}") if rows else None
    if item.kind == "table":
        cells: tuple[Cell, ...] = (Cell("field", COLUMNS, shown=shown[item.code], key=f"f:{item.code}"),)
        return Block("row", cells, key=f"p:{path}")
    cells = tuple(_cells(item, shown, path))
    return Block("row", cells, key=f"p:{path}") if cells else None


def _cells(row: LayoutItem, shown: Mapping[str, Any], path: str) -> Iterator[Cell]:
    spans = widths([i.width for i in row.items])
    for index, (item, span) in enumerate(zip(row.items, spans, strict=True)):
        if item.kind == "field":
            yield Cell("field", span, shown=shown[item.code], key=f"f:{item.code}")
        else:
            yield Cell(item.kind, span, label=item.label, key=f"p:{path}.{index}")


def widths(wanted: list[int]) -> list[int]:
    """Spans of twelve: what is wanted, the rest shared evenly by those that want nothing (0). At least 2 each."""
    free = [i for i, w in enumerate(wanted) if not w]
    left = max(0, COLUMNS - sum(wanted))
    found = [min(COLUMNS, max(2, w)) for w in wanted]
    for place, index in enumerate(free):
        share = left // len(free) + (1 if place < left % len(free) else 0)
        found[index] = max(2, share)
    return found
