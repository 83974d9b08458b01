"""The rows of a list as HTML, written in Python: a page of 200 rows and 10 columns is 2,000 cells, and the template
engine takes ten times as long for them. `parts/table.html` has the table around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from tomoni.records.views.present import Cell
from tomoni.ui.templatetags.ui import tag

SHOWN = 80


def short(text: str) -> str:
    """At most 80 characters."""
    return text if len(text) <= SHOWN else Truncator(text).chars(SHOWN)


class RowWriter:
    """Writes rows; the words that each row repeats are looked up once. `pick`: rows have a box to choose them."""

    def __init__(self, *, pick: bool, edit: Mapping[str, str] | None = None) -> None:
        """`edit`: by code of the columns that are edited in place the end of their address."""
        self.edit = edit or {}
        self.edit_words = _("（%(label)sを直す）")
        self.pick = _("%(number)s番を選ぶ") if pick else ""
        self.peek = _("%(number)s番を並べて見る")
        self.aside = escape(_("並べて見る"))
        self.tags: dict[tuple[str, str], str] = {}

    def row(
        self,
        number: int,
        cells: Sequence[Cell],
        *,
        title: str,
        url: str,
        peek: str,
        css: str,
        current: bool,
        late: str = "",
    ) -> SafeString:
        """One row: the choice, the cells, the link in the head cell, the way to the panel beside. `late`: how overdue."""
        if late:
            css = f"{css} is-late".strip()
        parts = [f'<tr id="r{number}"']
        if css:
            parts.append(f' class="{css}"')
        parts.append(' aria-current="true">' if current else ">")
        if self.pick:
            parts.append(
                f'<td class="c-check"><input type="checkbox" name="id" value="{number}" '
                f'aria-label="{escape(self.pick % {"number": number})}" data-select-row></td>'
            )
        for cell in cells:
            if cell.code in self.edit:
                parts.append(self._open(cell, f"{url}cell/{self.edit[cell.code]}"))
            elif cell.is_head:
                parts.append(
                    f'\n<th scope="row"><a class="plain-link" href="{escape(url)}" data-row-link>'
                    f"{escape(short(cell.text or title))}</a> "
                    f'<a class="peek" href="{escape(peek)}" '
                    f'aria-label="{escape(self.peek % {"number": number})}">{self.aside}</a></th>'
                )
            else:
                parts.append(self._cell(cell, late))
        parts.append("</tr>\n")
        return mark_safe("".join(parts))  # noqa: S308 - every value above is escaped

    def _open(self, cell: Cell, url: str) -> str:
        """A cell that opens for editing; without JavaScript the link leads to a small form."""
        tag_name, css = ('th scope="row"' if cell.is_head else "td"), ' class="r"' if cell.right else ""
        text = escape(short(cell.text)) or '<span class="quiet" aria-hidden="true">—</span>'
        words = escape(self.edit_words % {"label": cell.label})
        return (
            f'<{tag_name}{css} data-label="{escape(cell.label)}"><a class="cell-edit" href="{escape(url)}" data-cell-edit>'
            f'{text}<span class="vh">{words}</span></a></{tag_name[:2]}>'
        )

    def _cell(self, cell: Cell, late: str = "") -> str:
        css = " ".join(name for name, on in (("r", cell.right), ("is-empty", cell.kind == "empty")) if on)
        head = f'<td{f" class={chr(34)}{css}{chr(34)}" if css else ""} data-label="{escape(cell.label)}">'
        if cell.kind == "empty":
            return head + "</td>"
        if cell.kind == "status":
            key = (cell.tag, cell.text)
            if key not in self.tags:
                self.tags[key] = tag(cell.tag, cell.text)
            over = f' <span class="due-late">▲ {escape(late)}</span>' if late else ""
            return f"{head}{self.tags[key]}{over}</td>"
        unit = f'<span class="unit">{escape(cell.unit)}</span>' if cell.unit else ""
        return f"{head}{escape(short(cell.text))}{unit}</td>"
