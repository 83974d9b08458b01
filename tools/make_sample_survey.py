"""Write the sample files of the workload room: an invented town of 70,000 people and 390 staff.

    python tools/make_sample_survey.py [FOLDER]      default: src/tomoni/workload/samples

Everything is invented. The shares follow what is published of 泉大津市 FY2018 (総務省 業務改革モデル
プロジェクト): 284 regular + 106 other staff = 390, clerical work (input, check …) about half, consult + examine +
visit + plan under 20 %. Coverage is about 58 % of 705,900 paid hours. The task `std-0731`
「乳幼児歯科相談の受付」 of 健康推進課 is the one that the reception kit replaces: 1,150 cases a year,
受付 8 分, 確認 5 分, 入力 6 分, 通知 4 分. Every run writes the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sample_town import HEAD, KINDS, YEAR, Row, kit_rows, paid_rows, town_rows

OUT = Path(__file__).resolve().parent.parent / "src" / "tomoni" / "workload" / "samples"


def save_workbook(book: Workbook, path: Path) -> None:
    """Save with fixed dates, so that the same content gives the same bytes."""
    buffer = io.BytesIO()
    book.save(buffer)
    stamp = b"2026-04-01T00:00:00Z"
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, data)
            info = zipfile.ZipInfo(name, (2026, 4, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, data)


def new_book(title: str) -> tuple[Workbook, Worksheet]:
    """A workbook with one sheet and a neutral author."""
    book = Workbook()
    book.properties.creator = "Tomoni"
    book.properties.created = datetime(2026, 4, 1)  # noqa: DTZ001 - Excel stores local time
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return book, sheet


def widths(sheet: Worksheet) -> None:
    """Readable columns and a fixed head."""
    for at, name in enumerate(HEAD, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = (
            24 if name in ("小分類", "作業", "使用システム", "備考") else 12
        )


def notes(book: Workbook, lines: list[str]) -> None:
    """A second sheet that says what the file is."""
    sheet = book.create_sheet("説明")
    sheet.column_dimensions["A"].width = 100
    for line in lines:
        sheet.append([line])


ABOUT = [
    "この調査票は見本です。ともに市は架空の自治体で、課・業務・数字はすべて作りものです。",
    "時間の構成は、公表されている泉大津市 2018年度の調査（総務省 業務改革モデルプロジェクト）に似せました。",
    "同市の公表値: 正規 284人 + その他 106人 = 390人。入力・確認などの事務が約半分、相談・審査・訪問・企画は 2割未満。",
    "時間は、月別の時間（4月〜3月）か、年間件数 × 1件あたり時間（分）のどちらかを書きます。",
    "業務分類: " + "、".join(KINDS.values()),
    "担い手: 正規、再任用、会計年度任用、派遣、委託　／　測り方: 実測、記録、積み上げ、配分　／　根拠: 法令、条例、規則、要綱、慣行",
]


def write_clean(rows: list[Row], path: Path) -> None:
    """The survey as it should be."""
    book, sheet = new_book("調査票")
    sheet.append(HEAD)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in rows:
        sheet.append(row.cells())
    sheet.freeze_panes = "H2"
    widths(sheet)
    notes(book, ABOUT)
    save_workbook(book, path)


def write_template(path: Path) -> None:
    """The head, one example and the vocabulary."""
    book, sheet = new_book("調査票")
    sheet.append(HEAD)
    example = kit_rows()[0].cells()
    example[0] = "記入例 健康福祉部"
    sheet.append(example)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "H2"
    widths(sheet)
    notes(book, ABOUT[3:])
    save_workbook(book, path)


FULL = str.maketrans("0123456789.", "０１２３４５６７８９．")


def messy(row: Row, number: int) -> list[str]:
    """A row as tired people write it."""
    cells = ["" if c is None else str(c) for c in row.cells()]
    if row.count is not None:
        cells[12] = [f"{row.count:,}", str(row.count).translate(FULL), f"{row.count}件", str(row.count)][
            number % 4
        ]
    if row.each is not None:
        hours, minutes = divmod(row.each, 60)
        long = f"{hours}時間{minutes}分" if minutes else f"{hours}時間"
        cells[13] = (
            long
            if hours
            else [f"{row.each}分", f"{row.each / 60:.4f}h", str(row.each).translate(FULL)][number % 3]
        )
    if row.months:
        cells[15:27] = [f"{m}h" if number % 2 else str(m).translate(FULL) for m in row.months]
    cells[7] = (
        {"入力": "データ入力", "確認": "チェック", "受付": "窓口受付", "交付・通知": "発送"}.get(
            cells[7], cells[7]
        )
        if number % 2
        else cells[7]
    )
    cells[8] = {"○": "有", "×": "無"}[cells[8]] if number % 3 == 0 else cells[8]
    cells[10] = {"定型": "○", "一部定型": "△", "非定型": "×"}[cells[10]] if number % 2 else cells[10]
    return cells


DIRTY_SECTIONS = ("環境課", "産業振興課", "都市計画課")


def impossible() -> list[list[str]]:
    """Rows that nobody may import, each for another reason."""
    base = [
        "市民生活部",
        "環境課",
        "環境係",
        "ごみ",
        "収集",
        "集積所の看板",
        "看板の貼り替え",
        "訪問",
        "無",
        "1",
        "○",
        "正規",
        "120",
        "30分",
        "積み上げ",
        *[""] * 12,
        "慣行",
        "",
        "電話",
        "紙",
        "×",
        "",
        "",
        "",
        "中",
    ]

    def changed(**cells: str) -> list[str]:
        made = list(base)
        for name, value in cells.items():
            made[int(name[1:])] = value
        return made

    return [
        changed(_6="件数が負の行", _12="-40"),
        changed(_6="1年より長い行", _12="99,999", _13="6時間"),
        changed(_6="1件が1日より長い行", _12="3", _13="1,600分"),
        changed(_6="分類のわからない行", _7="なんでも係"),
        changed(_6="件数が言葉の行", _12="多数"),
        changed(_6="時間の読めない行", _13="すぐ"),
        changed(_0="−", _1="−", _2="", _6="課のない行"),
        changed(_6="計算の壊れた行", _12="#REF!"),
        changed(_6="件数と月別が合わない行", _15="30", _16="30", _17="30"),
    ]


def write_dirty_csv(rows: list[Row], path: Path) -> None:
    """A CSV in Shift_JIS: title lines, blank repeats, mixed units, 機種依存文字, impossible rows, a total."""
    out: list[list[str]] = [
        ["令和７年度　業務量調査票（㈱とは関係ありません）"],
        ["提出: 企画課 髙橋あて　①〜③の課"],
        [],
        HEAD,
    ]
    last: tuple[str, str, str] = ("", "", "")
    for number, row in enumerate(r for r in rows if r.section in DIRTY_SECTIONS):
        cells = messy(row, number)
        place = (row.division, row.section, row.team)
        if place == last:
            cells[0:3] = ["", "", ""] if number % 5 else ["〃", "〃", "〃"]
        last = place
        out.append(cells)
        if number == 6:
            out.append([row.division, row.section, row.team, *cells[3:]])  # the same row once more
    out += impossible()
    out.append(["合計", *[""] * 11, "", "", "", *[""] * 12, *[""] * 9])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(out)
    path.write_bytes(text.getvalue().encode("cp932"))


def _as_typed(cell: str) -> object:
    """What a spreadsheet makes of what is typed: a plain number becomes one, an empty cell stays empty."""
    if not cell:
        return None
    return int(cell) if re.fullmatch(r"-?\d+", cell) else cell


def write_dirty_workbook(rows: list[Row], path: Path) -> None:
    """A workbook with a head of two lines, merged cells and impossible rows, as sections like to send it."""
    book, sheet = new_book("提出用")
    sheet.append([f"{YEAR} 業務量調査票"])
    sheet.append([])
    top = ["所属", None, None, "業務", None, None, *HEAD[6:15], "月別の時間", *[None] * 11, *HEAD[27:]]
    bottom = [*HEAD[:6], *[None] * 9, *HEAD[15:27], *[None] * 9]
    sheet.append(top)
    sheet.append(bottom)
    for merge in ("A3:C3", "D3:F3", "P3:AA3"):
        sheet.merge_cells(merge)
    for at in [*range(7, 16), *range(28, 37)]:
        sheet.merge_cells(start_row=3, end_row=4, start_column=at, end_column=at)
    chosen = [r for r in rows if r.section in DIRTY_SECTIONS]
    starts: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(chosen):
        cells: list[object] = list(messy(row, number))
        cells[12], cells[13] = row.count, (f"{row.each}分" if row.each and number % 2 else row.each)
        line = number + 5
        for depth, key in (
            (1, (row.section, row.division)),
            (2, (row.section,)),
            (6, (row.section, row.large, row.middle, row.small)),
        ):
            starts.setdefault((str(depth), *key), []).append(line)
        sheet.append(cells)
    for row_of_text in impossible():
        sheet.append([_as_typed(cell) for cell in row_of_text])
    for (depth, *_key), lines in starts.items():
        if len(lines) > 1 and lines == list(range(lines[0], lines[-1] + 1)):
            sheet.merge_cells(
                start_row=lines[0], end_row=lines[-1], start_column=int(depth), end_column=int(depth)
            )
    sheet.append(["小計", *[None] * 11, sum(r.count or 0 for r in chosen)])
    widths(sheet)
    save_workbook(book, path)


PAID_HEAD = ["部", "課", "担い手", "人数", "所定時間", "時間外", "休暇", "支払った時間", "年度", "出典"]


def write_paid(rows: list[list[object]], path: Path) -> None:
    """A CSV in UTF-8 with BOM, as Excel writes it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([PAID_HEAD, *rows])
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())


def main(argv: list[str]) -> int:
    """Write all files and say what is in them."""
    folder = Path(argv[1]) if len(argv) > 1 else OUT
    folder.mkdir(parents=True, exist_ok=True)
    rows = town_rows()
    write_clean(rows, folder / "survey_clean.xlsx")
    write_dirty_csv(rows, folder / "survey_dirty.csv")
    write_dirty_workbook(rows, folder / "survey_dirty.xlsx")
    write_template(folder / "survey_template.xlsx")
    paid = paid_rows(rows)
    write_paid(paid, folder / "paid_hours.csv")
    write_paid(
        [["記入例 市民生活部", "市民課", "正規", 20, 38000, 2400, 2600, 37800, YEAR, "人事課「勤務実績」"]],
        folder / "paid_template.csv",
    )
    total = sum(r.hours for r in rows)
    clerical = sum(r.hours for r in rows if r.kind in ("receive", "input", "check")) / total
    judgement = sum(r.hours for r in rows if r.kind in ("consult", "examine", "visit", "plan")) / total
    print(
        f"{len(rows)} rows, {total:,.0f} h; clerical {clerical:.1%}; consult+examine+visit+plan {judgement:.1%}; "
        f"paid {sum(int(str(r[7])) for r in paid):,} h of {sum(int(str(r[3])) for r in paid)} people; most in a row {max(r.hours for r in rows):,.0f} h"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv))
