"""Files into tables of cells: XLSX and CSV by content, whatever the name says. Every limit answers in words."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from tomoni.core import files
from tomoni.core.errors import Invalid, TooLarge
from tomoni.engines.workload import columns
from tomoni.engines.workload.cells import Cell
from tomoni.engines.workload.model import Table

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 1_500_000
MAX_CELL_CHARACTERS = 20_000
MAX_SHEETS = 60
MAX_MERGED = 500_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_table(file: IO[bytes], sheet: str = "survey") -> tuple[Table, str]:
    """The table of a file and the name of how it was written (「Excel」, 「UTF-8」, 「Shift_JIS」).

    `sheet` (`survey` or `paid`) decides which sheet of a workbook is taken: the one whose head fits best.
    Raises `Invalid` for a file that is no table and `TooLarge` over the limits.
    """
    file.seek(0)
    head = file.read(8)
    if head.startswith(_OLE):
        raise Invalid(_old_excel(file))
    if head[:4] == b"PK\x03\x04":
        return _workbook(file, sheet), "Excel"
    if head.startswith(b"%PDF"):
        raise Invalid(_("PDF は表として読み取れません。元の Excel ファイルか CSV を選んでください。"))
    file.seek(0)
    text, encoding = decode(file.read())
    return _csv(text), encoding


def _old_excel(file: IO[bytes]) -> str:
    file.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in file.read(2_000_000):
        return _(
            "パスワードの付いた Excel ファイルは読み取れません。パスワードを外して保存し直してください。"
        )
    return _(
        "古い形式の Excel（.xls）は読み取れません。Excel で開き、「名前を付けて保存」で「Excel ブック（.xlsx）」を選んでください。"
    )


def _rows_limit() -> TooLarge:
    return TooLarge(
        _("行が多すぎます。%(rows)s 行までに分けて取り込んでください。") % {"rows": f"{MAX_ROWS:,}"}
    )


def _columns_limit() -> TooLarge:
    return TooLarge(_("列が多すぎます。%(columns)s 列までの表にしてください。") % {"columns": MAX_COLUMNS})


def _workbook(file: IO[bytes], sheet: str) -> Table:
    files.check_zip(file)
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
    if "Index/Document.iwa" in names or any(n.endswith(".iwa") for n in names):
        raise Invalid(
            _("Numbers のファイルは読み取れません。Numbers の「書き出す」で Excel か CSV にしてください。")
        )
    if "mimetype" in names and "content.xml" in names:
        raise Invalid(
            _(
                "OpenDocument（.ods）は読み取れません。「名前を付けて保存」で Excel ブック（.xlsx）にしてください。"
            )
        )
    if "xl/workbook.xml" not in names:
        raise Invalid(_("Excel の表ではありません。Excel ブック（.xlsx）か CSV を選んでください。"))
    file.seek(0)
    # openpyxl costs as much at start as Django itself: it is imported when a workbook is read.
    from openpyxl.utils.exceptions import InvalidFileException

    broken = Invalid(
        _("Excel ファイルを開けませんでした。Excel で開いて保存し直してから、もう一度選んでください。")
    )
    try:
        return _best_sheet(file, sheet)
    except (TooLarge, Invalid):
        raise
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        ValueError,
        KeyError,
        TypeError,
        OSError,
        SyntaxError,
        IndexError,
        AttributeError,
    ):
        raise broken from None


def _best_sheet(file: IO[bytes], kind: str) -> Table:
    """The sheet whose head names the most columns; with equals, the first."""
    from openpyxl import load_workbook

    workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        if len(workbook.worksheets) > MAX_SHEETS:
            raise TooLarge(_("シートが多すぎます。調査票のシートだけのファイルにしてください。"))
        best: Any = None
        most = -1
        for sheet in workbook.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            top: list[list[Any]] = [
                list(row)
                for row in sheet.iter_rows(max_row=columns.HEAD_LINES, max_col=MAX_COLUMNS, values_only=True)
            ]
            head = columns.find_head(top, kind)
            score = len(head.columns) if head else 0
            if score > most:
                best, most = sheet, score
        if best is None:
            return Table([])
        merged = list(_merges(file, best._worksheet_path))
        rows = list(_sheet_rows(best))
        return _fill_merged(rows, merged, best.title)
    finally:
        workbook.close()


def _sheet_rows(sheet: object) -> Iterator[list[Cell]]:
    cells = 0
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 50, values_only=True)):  # type: ignore[attr-defined]
        values = list(row)
        while values and (values[-1] is None or values[-1] == ""):
            values.pop()
        if number > MAX_ROWS and values:
            raise _rows_limit()
        if len(values) > MAX_COLUMNS:
            raise _columns_limit()
        cells += len(values)
        if cells > MAX_CELLS:
            raise TooLarge(_("セルが多すぎます。表を分けて取り込んでください。"))
        yield [_shorter(v) for v in values]


def _shorter(value: Cell) -> Cell:
    """Nobody writes this much in a cell; what follows cannot be checked and is cut (the row is refused by length)."""
    return (
        value[:MAX_CELL_CHARACTERS] if isinstance(value, str) and len(value) > MAX_CELL_CHARACTERS else value
    )


def _merges(file: IO[bytes], path: str) -> Iterator[tuple[int, int, int, int]]:
    """Merged ranges of a sheet as (first column, first row, last column, last row), 1-based."""
    from openpyxl.utils import range_boundaries

    file.seek(0)
    with zipfile.ZipFile(file) as archive, archive.open(path.lstrip("/")) as xml:
        for _event, element in iterparse(xml, forbid_dtd=True):
            if element.tag.endswith("}mergeCell") and ":" in element.get("ref", ""):
                first_column, first_row, last_column, last_row = range_boundaries(element.get("ref"))
                if None not in (first_column, first_row, last_column, last_row):
                    yield int(first_column), int(first_row), int(last_column), int(last_row)  # type: ignore[arg-type]
            element.clear()


def _fill_merged(rows: list[list[Cell]], merged: list[tuple[int, int, int, int]], name: str) -> Table:
    """Repeat the value of a merged range in all its cells and remember which are repeats."""
    repeats: set[tuple[int, int]] = set()
    for left, top, right, bottom in merged:
        if top > len(rows) or left > MAX_COLUMNS:
            continue
        source = rows[top - 1]
        value = source[left - 1] if left <= len(source) else None
        for row in range(top - 1, min(bottom, len(rows))):
            for column in range(left - 1, min(right, MAX_COLUMNS)):
                if (row, column) == (top - 1, left - 1):
                    continue
                while len(rows[row]) <= column:
                    rows[row].append(None)
                rows[row][column] = value
                repeats.add((row, column))
                if len(repeats) > MAX_MERGED:
                    raise TooLarge(_("結合したセルが多すぎます。結合を解いてから保存してください。"))
    return Table(rows, frozenset(repeats), name)


def decode(data: bytes) -> tuple[str, str]:
    """The text of a CSV and the name of its encoding. Raises `Invalid` naming what it seems to be."""
    if data.startswith(b"\xef\xbb\xbf"):
        return _strict(data[3:], "utf-8"), "UTF-8（BOM 付き）"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(data, "utf-16"), "UTF-16"
    if b"\x1b$" in data[:4000]:
        raise Invalid(_("文字コードが ISO-2022-JP（JIS）です。UTF-8 か Shift_JIS で保存し直してください。"))
    if data.count(b"\0") > max(8, len(data) // 50):
        raise Invalid(_("文字の表ではないようです。Excel ブック（.xlsx）か CSV を選んでください。"))
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        text = ""
    if not text or _looks_euc(data, text):
        if _decodes(data, "euc_jp"):
            raise Invalid(_("文字コードが EUC-JP のようです。UTF-8 か Shift_JIS で保存し直してください。"))
        raise Invalid(_("文字コードがわかりません。UTF-8 か Shift_JIS の CSV で保存し直してください。"))
    return text, "Shift_JIS"


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid(
            _("ファイルの途中で文字が壊れています。%(encoding)s で保存し直してください。")
            % {"encoding": encoding.upper()}
        ) from None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _looks_euc(data: bytes, text: str) -> bool:
    """EUC-JP often decodes as Shift_JIS, but into rows of half-width katakana."""
    half = sum("\uff61" <= ch <= "\uff9f" for ch in text)
    wide = sum(ch > "\u3000" for ch in text)
    return half * 3 > wide and half > 10 and _decodes(data, "euc_jp")


def _csv(text: str) -> Table:
    text = text.replace("\0", "")
    if not text.strip():
        raise Invalid(_("ファイルが空です。中身のあるファイルを選んでください。"))
    rows: list[list[Cell]] = []
    lines: list[int] = []
    cells = 0
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    start = 1
    try:
        for row in reader:
            rows.append([_shorter(value) for value in row])
            lines.append(start)
            start = reader.line_num + 1
            cells += len(row)
            if len(row) > MAX_COLUMNS:
                raise _columns_limit()
            if len(rows) > MAX_ROWS + 1:
                raise _rows_limit()
            if cells > MAX_CELLS:
                raise TooLarge(_("セルが多すぎます。表を分けて取り込んでください。"))
    except csv.Error:
        raise Invalid(
            _('CSV の %(line)s 行目を読み取れません。引用符（"）の数を確かめてください。')
            % {"line": reader.line_num}
        ) from None
    return Table(rows, lines=lines)


def _delimiter(text: str) -> str:
    """Comma, tab or semicolon: the one that most often cuts the first lines into several cells."""
    counts = Counter(
        {mark: sum(line.count(mark) for line in text[:20_000].splitlines()[:30]) for mark in (",", "\t", ";")}
    )
    best, times = counts.most_common(1)[0]
    return best if times and counts[","] < times else ","
