"""Lines out of a file, one at a time: CSV in UTF-8, UTF-16 or Shift_JIS, and XLSX. Every limit answers in words."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _

from tomoni.core import files
from tomoni.core.errors import Invalid, TooLarge

MOST_LINES = 200_000
MOST_COLUMNS = 500
MOST_CELL = 100_000
CHUNK = 1 << 20
XLSX = "xlsx"
NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp932": "Shift_JIS", XLSX: "Excel"}
_GUARDED = re.compile(
    r"^'[\s\u3000]*[=+\-@＝＋－＠\t\r]"
)  # how our own files keep spreadsheets from running texts

Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file is written: `charset` (or `xlsx`) and what stands between its cells."""

    charset: str
    delimiter: str = ","

    @property
    def name(self) -> str:
        """In words: 「UTF-8」, 「Shift_JIS」, 「Excel」."""
        return NAMES[self.charset]


def kind_of(file: IO[bytes]) -> Kind:
    """How a file is written; raises `Invalid` for one that is no table. Reads the file once, a megabyte at a time."""
    file.seek(0)
    head = file.read(4096)
    if head[:4] == b"PK\x03\x04":
        files.check_zip(file)
        return Kind(XLSX)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(
            _(
                "古い形式（.xls）かパスワード付きの Excel は読み取れません。「Excel ブック（.xlsx）」で保存し直してください。"
            )
        )
    if head.startswith(b"%PDF"):
        raise Invalid(_("PDF は表として読み取れません。Excel か CSV を選んでください。"))
    charset = _charset(file, head)
    first = head.decode(charset, "ignore").splitlines()[:1] or [""]
    tabs = first[0].count("\t")
    return Kind(charset, "\t" if tabs > first[0].count(",") else ",")


def _charset(file: IO[bytes], head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for charset in ("utf-8", "cp932"):
        decoder = codecs.getincrementaldecoder(charset)()
        file.seek(0)
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return charset
    raise Invalid(
        _(
            "文字コードが読み取れません。Excel で「CSV UTF-8」か「Excel ブック（.xlsx）」を選んで保存し直してください。"
        )
    )


@contextmanager
def opened(file: IO[bytes], kind: Kind) -> Iterator[Iterator[Line]]:
    """The lines of a file with the number that an editor or Excel shows; blank lines are left out."""
    file.seek(0)
    if kind.charset == XLSX:
        with _workbook(file) as lines:
            yield _bounded(lines)
        return
    text = io.TextIOWrapper(_Unclosed(file), encoding=kind.charset, newline="")  # type: ignore[type-var]
    try:
        yield _bounded(_csv(text, kind.delimiter))
    finally:
        text.detach()


def _csv(text: Any, delimiter: str) -> Iterator[Line]:
    csv.field_size_limit(MOST_CELL * 4)
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Invalid(
                _('%(line)s行目が CSV として読み取れません。引用符（"）が閉じているか確かめてください。')
                % {"line": number}
            ) from None
        except UnicodeDecodeError:
            raise Invalid(_("文字コードが途中で変わっています。保存し直してから選んでください。")) from None
        if cells is None:
            return
        yield number, [cell[1:] if _GUARDED.match(cell) else cell for cell in cells]


@contextmanager
def _workbook(file: IO[bytes]) -> Iterator[Iterator[Line]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, TypeError):
        raise Invalid(_("Excel ファイルとして開けませんでした。保存し直してから選んでください。")) from None
    try:
        sheets = [s for s in book.worksheets if s.sheet_state == "visible"] or book.worksheets
        if not sheets:
            raise Invalid(_("シートがありません。"))
        sheet: Any = sheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not to be trusted
        yield (
            (number, [shown(cell) for cell in row])
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1)
        )
    finally:
        book.close()


def shown(cell: Any) -> str:
    """A cell of a workbook as a person would type it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (
            f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    text = str(cell)
    return text[1:] if _GUARDED.match(text) else text


def _bounded(lines: Iterator[Line]) -> Iterator[Line]:
    count = 0
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_LINES + 1:
            raise TooLarge(_("行が多すぎます。200,000行までに分けて取り込んでください。"))
        if len(cells) > MOST_COLUMNS:
            raise TooLarge(_("列が多すぎます。500列までの表にしてください。"))
        yield number, cells


class _Unclosed(io.RawIOBase):
    """A binary file as a text wrapper wants it; closing the wrapper leaves the file open."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes."""
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
