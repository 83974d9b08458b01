"""Fixtures of the workload room."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

HEAD = [
    "部",
    "課",
    "業務名",
    "作業",
    "業務分類",
    "担い手",
    "年間件数",
    "1件あたり時間（分）",
    "測り方",
    "標準業務ID",
]
ROWS = [
    ["健康福祉部", "健康推進課", "歯科相談の受付", "受付", "受付", "正規", "1150", "8", "実測", "std-0731"],
    ["健康福祉部", "健康推進課", "歯科相談の受付", "入力", "入力", "正規", "1150", "6", "実測", "std-0731"],
    ["総務部", "税務課", "申告の処理", "入力", "入力", "会計年度任用", "12000", "10", "積み上げ", ""],
    ["総務部", "税務課", "納税の相談", "相談", "相談", "正規", "900", "30", "配分", ""],
]
PAID = [
    ["課", "担い手", "人数", "支払った時間", "年度", "出典"],
    ["健康推進課", "正規", "2", "3600", "2025", "人事課"],
    ["税務課", "正規", "3", "5400", "2025", "人事課"],
]


def as_csv(rows, encoding: str = "utf-8", head=HEAD) -> bytes:
    lines = ([head] if head else []) + list(rows)
    return "\r\n".join(",".join(f'"{c}"' for c in row) for row in lines).encode(encoding)


def as_xlsx(rows, merges=(), head=HEAD) -> bytes:
    book = Workbook()
    for row in ([head] if head else []) + list(rows):
        book.active.append(row)
    for merge in merges:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def imported(actor):
    """A small survey and paid hours, imported for the fiscal year 2025."""
    from tomoni.workload import facade

    survey = facade.import_survey_file(
        actor=actor("dx"), source=as_csv(ROWS), title="令和7年度 業務量調査", fiscal_year=2025
    )
    facade.import_paid_hours_file(
        actor=actor("dx"), source=as_csv(PAID, head=None), title="勤務実績", fiscal_year=2025
    )
    return survey
