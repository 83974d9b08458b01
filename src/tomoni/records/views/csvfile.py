"""CSV of the present view: streamed, readable by Excel, safe against formulas hidden in texts."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.errors import Invalid
from tomoni.people.decorators import staff_required
from tomoni.records import facade, fieldtypes, tablelines
from tomoni.records.actions.note_export import note_export
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.transfer import xlsxout, zipout
from tomoni.records.views import liststate
from tomoni.records.views.common import Inside, enter
from tomoni.records.views.present import Presenter

PAGE = 500
# A spreadsheet runs a cell that begins so; ＝＋－＠ count too, since Japanese Excel folds them.
_FORMULA = re.compile(r"^[\s\u3000]*[=+\-@＝＋－＠\t\r]")
_PLAIN = frozenset(
    {
        "number",
        "date",
        "datetime",
        "slot",
        "record_number",
        "revision",
        "location",
        "created_at",
        "updated_at",
    }
)
# Shift_JIS in Windows has other code points for these.
_WINDOWS = str.maketrans({"〜": "～", "−": "－", "—": "―", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢"})
GETA = "〓"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def _geta(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    return GETA.encode("cp932") * (error.end - error.start), error.end


codecs.register_error("tomoni_geta", _geta)


@staff_required
def export(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/csv/` with the address of the list; `charset=cp932` for old Excel, `format=xlsx` for Excel,
    `format=zip` with the attachments.

    What Shift_JIS cannot hold is named first; with `geta=1` it goes out with 〓 in its place.
    """
    inside = enter(request, code, "export")
    charset, form = request.GET.get("charset", "utf-8"), request.GET.get("format", "csv")
    if charset not in ("utf-8", "cp932") or form not in ("csv", "xlsx", "zip"):
        raise Invalid(_("文字コードは utf-8 か cp932 を選んでください。"))
    state = liststate.read(inside.app, request.GET)
    query, columns = state.text(), liststate.shown(state)
    first = facade.find(actor=inside.actor, app=code, query=query, limit=PAGE, count=False)
    if (
        charset == "cp932"
        and form == "csv"
        and request.GET.get("geta") != "1"
        and (found := unwritable(inside, columns, query, first))
    ):
        urls = {
            "utf8": state.url("csv"), "xlsx": state.url("csv", format="xlsx"),
            "geta": state.url("csv", charset="cp932", geta="1"),
        }  # fmt: skip
        return render(request, "record_transfer/gaiji.html", inside.context(request, found=found, urls=urls))
    note_export(actor=inside.actor, app=code, query=query, columns=[f.code for f in columns])
    name = f"{re.sub(_NO_NAME, '_', inside.app.name)[:60]}_{clock.today():%Y%m%d}"
    if form == "csv":
        lines_of = (encode(line, charset) for line in lines(inside, columns, query, first))
        response = StreamingHttpResponse(lines_of, content_type=f"text/csv; charset={charset}")
    else:
        response = _packed(inside, columns, query, first, form)
    response["Content-Disposition"] = _attachment(f"{name}.{form}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


def _packed(
    inside: Inside, columns: list[FieldSpec], query: str, first: Any, form: str
) -> StreamingHttpResponse:
    """The list as a workbook, or as a zip with its attachments."""
    heads = [head.label for head in tablelines.heads(columns)]
    if form == "zip":
        names = [safe(head) for head in heads]
        pieces = zipout.stream(names, partial(rows_of, inside, columns, query, first), write)
        return StreamingHttpResponse(pieces, content_type="application/zip")
    rows = (line for _record, line in rows_of(inside, columns, query, first, typed))
    return StreamingHttpResponse(xlsxout.stream(inside.app.name, heads, rows), content_type=XLSX)


def lines(inside: Inside, columns: list[FieldSpec], query: str, page: Any) -> Iterator[str]:
    """The lines of the CSV file, a page of records at a time."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield "\ufeff" + writer.writerow([safe(head.label) for head in tablelines.heads(columns)])
    for _record, line in rows_of(inside, columns, query, page, write):
        yield writer.writerow(line)


def rows_of(
    inside: Inside, columns: list[FieldSpec], query: str, page: Any, cell_of: Callable[..., Any]
) -> Iterator[tuple[int, list[Any]]]:
    """(record number, cells) of each line, a page of records at a time. `cell_of(presenter, spec, value)`."""
    heads = tablelines.heads(columns)
    while True:
        presenter = Presenter(inside.app).load(page.records)
        for record in page.records:
            values = {spec.code: presenter.value(record, spec) for spec in columns}
            for line in tablelines.lines(heads, values, partial(cell_of, presenter)):
                yield record.number, line
        if not page.next:
            return
        page = facade.find(
            actor=inside.actor, app=inside.app.code, query=query, limit=PAGE, after=page.next, count=False
        )


def unwritable(inside: Inside, columns: list[FieldSpec], query: str, page: Any) -> dict[str, list[int]]:
    """The characters that Shift_JIS cannot hold (外字など), with the numbers of records; at most 50 of them."""
    found: dict[str, list[int]] = {}
    for number, line in rows_of(inside, columns, query, page, write):
        text = "".join(line).translate(_WINDOWS)
        try:
            text.encode("cp932")
        except UnicodeEncodeError:
            for character in dict.fromkeys(text):
                if not _writable(character):
                    numbers = found.setdefault(character, [])
                    if len(numbers) < 5 and number not in numbers:
                        numbers.append(number)
            if len(found) >= 50:
                return found
    return found


def _writable(character: str) -> bool:
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def typed(presenter: Presenter, spec: FieldSpec, value: Any) -> Any:
    """A value for a cell of a workbook: numbers, days and moments as such, everything else as text."""
    if spec.type in ("number", "date", "datetime", "slot", "record_number", "created_at", "updated_at"):
        return value
    return fieldtypes.get(spec.type).export(value, spec, presenter.names)


def cell(presenter: Presenter, record: Any, spec: FieldSpec) -> str:
    """One cell: as the field type writes it for spreadsheets; texts made harmless."""
    return write(presenter, spec, presenter.value(record, spec))


def write(presenter: Presenter, spec: FieldSpec, value: Any) -> str:
    """A value of a field, or of a column of a table, as a cell."""
    text = fieldtypes.get(spec.type).export(value, spec, presenter.names)
    return text if spec.type in _PLAIN else safe(text)


def safe(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before what looks like a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def encode(line: str, charset: str) -> bytes:
    """UTF-8 with its mark; cp932 with 〓 for what it cannot hold."""
    if charset == "utf-8":
        return line.encode("utf-8", "replace")
    return line.removeprefix("\ufeff").translate(_WINDOWS).encode("cp932", "tomoni_geta")


def _attachment(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"


class _Echo:
    """A file that hands each line back, so that nothing is kept in memory."""

    def write(self, value: str) -> str:
        """The line."""
        return value
