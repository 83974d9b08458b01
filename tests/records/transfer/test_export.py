"""Exports: XLSX that Excel's own reader understands, Shift_JIS with its gaps named, and both ways round."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from decimal import Decimal

import openpyxl
from django.urls import reverse

from tomoni.records import facade
from tomoni.records.transfer import xlsxout


def body(answer):
    return b"".join(answer.streaming_content)


def test_a_workbook_holds_numbers_and_days_as_such_and_no_formula(goods, actor, client_as):
    facade.create_record(
        actor=actor("clerk"), app="goods",
        values={"管理番号": "A1", "品名": "=1+1", "数": "3", "購入日": "2026-04-01"},
    )  # fmt: skip
    answer = client_as("clerk").get(reverse("records:csv", args=["goods"]) + "?format=xlsx")
    assert answer["Content-Disposition"].endswith(".xlsx") or ".xlsx" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(body(answer))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][1:6] == ("管理番号", "品名", "数量", "購入日", "区分")
    assert rows[1][1:6] == ("A1", "=1+1", 3, datetime(2026, 4, 1), None)
    assert sheet["C2"].data_type != "f"


def test_an_exported_workbook_is_taken_in_again(goods, actor, client_as, taken_in):
    for n in range(3):
        facade.create_record(
            actor=actor("clerk"), app="goods",
            values={"管理番号": f"A{n}", "品名": "𠮷田の机", "数": "3", "購入日": "2026-04-01", "区分": "机"},
        )  # fmt: skip
    data = body(client_as("clerk").get(reverse("records:csv", args=["goods"]) + "?format=xlsx"))
    row = taken_in(data, name="備品.xlsx", mode="update", key="$id")
    assert (row.same, row.updated, row.failed) == (3, 0, 0)


def test_what_shift_jis_cannot_hold_is_named_before(goods, actor, client_as):
    facade.create_record(actor=actor("clerk"), app="goods", values={"管理番号": "A1", "品名": "𠮷田と髙橋～"})
    client, url = client_as("clerk"), reverse("records:csv", args=["goods"]) + "?charset=cp932"
    html = client.get(url).content.decode()
    assert "𠮷" in html
    assert "髙</th>" not in html  # Windows' Shift_JIS has it
    text = body(client.get(url + "&geta=1")).decode("cp932")
    assert "〓田と髙橋" in text
    facade.update_record(actor=actor("clerk"), app="goods", record=1, values={"品名": "吉田"})
    assert "吉田" in body(client.get(url)).decode("cp932")


def test_the_writer_hands_pieces_out_and_bounds_cells():
    pieces = xlsxout.stream("a/b", ["x"], (["字" * 40_000, Decimal("1.5"), "\x01b"] for _n in range(3_000)))
    first = next(pieces)
    assert first
    sheet = openpyxl.load_workbook(io.BytesIO(first + b"".join(pieces)), read_only=True).active
    row = next(sheet.iter_rows(min_row=2, values_only=True))
    assert (len(row[0]), row[1], row[2]) == (32_767, 1.5, "b")


def test_attachments_go_out_as_a_zip_with_the_list(actor, client_as, goods):
    from tomoni.records.actions.store_upload import store_upload
    from tomoni.records.schema.spec import FieldSpec

    facade.add_field(actor=actor("dx"), app="goods", field=FieldSpec("写真", "file", "写真"))
    ids = [
        store_upload(actor=actor("clerk"), app="goods", field="写真", upload=b"hello", name=name).pk
        for name in ("../CON/写真:1.txt", "写真:1.txt")
    ]
    facade.create_record(
        actor=actor("clerk"),
        app="goods",
        values={"管理番号": "A1", "品名": "机", "写真": [str(i) for i in ids]},
    )
    client = client_as("clerk")
    assert "format=zip" in client.get(reverse("records:list", args=["goods"])).content.decode()
    url = reverse("records:csv", args=["goods"]) + "?format=zip&col=管理番号&col=写真"
    archive = zipfile.ZipFile(io.BytesIO(body(client.get(url))))
    assert archive.testzip() is None
    names = archive.namelist()
    assert len(names) == 3
    assert all(".." not in n and ":" not in n for n in names)
    text = archive.read("記録.csv").decode("utf-8-sig")
    for name in names[:2]:
        assert name.startswith("写真/")
        assert name in text
        assert archive.read(name) == b"hello"
    assert client.get(reverse("records:csv", args=["goods"]) + "?format=exe").status_code == 422
