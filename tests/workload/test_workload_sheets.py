"""Files into tables: encodings, limits, bombs, wrong kinds."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from tomoni.core.errors import Invalid, TooLarge
from tomoni.workload import sheets


def table(data: bytes, kind: str = "survey"):
    return sheets.read_table(io.BytesIO(data), kind)


TEXT = "課,業務分類,年間件数,1件あたり\r\n健康推進課,受付,10,8\r\n"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TEXT.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "UTF-8（BOM 付き）"),
        (TEXT.encode("cp932"), "Shift_JIS"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.replace(",", "\t").encode("cp932"), "Shift_JIS"),
        (TEXT.replace(",", ";").encode(), "UTF-8"),
        (TEXT.replace("\r\n", "\r").encode(), "UTF-8"),
    ],
)
def test_encodings_and_delimiters(data, name) -> None:
    found, encoding = table(data)
    assert encoding == name
    assert [list(r) for r in found.rows] == [
        ["課", "業務分類", "年間件数", "1件あたり"],
        ["健康推進課", "受付", "10", "8"],
    ]


@pytest.mark.parametrize(("encoding", "word"), [("euc_jp", "EUC-JP"), ("iso2022_jp", "ISO-2022-JP")])
def test_wrong_encodings_are_named(encoding, word) -> None:
    with pytest.raises(Invalid, match=word):
        table((TEXT * 5).encode(encoding))


def test_bytes_that_are_no_text_at_all() -> None:
    with pytest.raises(Invalid):
        table(bytes(range(256)) * 40)


def test_gaiji_and_emoji_survive_and_nul_goes() -> None:
    found, _ = table("課,名\r\n\ue000髙﨑①😀,a\0b\r\n".encode())
    assert found.rows[1] == ["\ue000髙﨑①😀", "ab"]
    found, _ = table("課,名\r\n\ue000髙﨑①㈱,b\r\n".encode("cp932"))
    assert found.rows[1][0] == "\ue000髙﨑①㈱"


def test_line_numbers_follow_cells_with_line_breaks() -> None:
    found, _ = table('課,備考\r\n市民課,"一\n二\n三"\r\n税務課,x\r\n'.encode())
    assert [found.line(n) for n in range(3)] == [1, 2, 5]


def test_an_open_quote_names_no_internals() -> None:
    found, _ = table('課,"備考\r\n市民課,x'.encode())
    assert len(found.rows) == 1


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "パスワード"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04 broken", "壊れて"),
        (b"   \r\n", "空"),
    ],
)
def test_other_files_are_refused_in_words(data, word) -> None:
    with pytest.raises(Invalid, match=word):
        table(data)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), data)
    return out.getvalue()


def test_numbers_and_ods_and_other_zips() -> None:
    with pytest.raises(Invalid, match="Numbers"):
        table(zipped(Index__Document_DOT_iwa=b"x"))
    with pytest.raises(Invalid, match="ods"):
        table(zipped(mimetype=b"x", content_DOT_xml=b"<a/>"))
    with pytest.raises(Invalid, match="Excel"):
        table(zipped(readme_DOT_txt=b"hello"))


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    with pytest.raises(TooLarge):
        table(zipped(xl__workbook_DOT_xml=b"<a/>", xl__worksheets__sheet1_DOT_xml=b"0" * 60_000_000))


def test_a_workbook_with_an_entity_bomb_or_broken_parts() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    with pytest.raises(Invalid):
        table(zipped(xl__workbook_DOT_xml=bomb))
    with pytest.raises(Invalid):
        table(zipped(**{"xl__workbook_DOT_xml": b"<not xml"}))


def workbook(build) -> bytes:
    book = Workbook()
    build(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_merged_cells_are_filled_and_remembered() -> None:
    def build(book) -> None:
        for row in (
            ["課", "業務名", "業務分類", "年間件数", "1件あたり"],
            ["市民課", "証明", "受付", 1, 2],
            [None, None, "入力", 3, 4],
        ):
            book.active.append(row)
        book.active.merge_cells("A2:A3")

    found, encoding = table(workbook(build))
    assert encoding == "Excel"
    assert found.rows[2][0] == "市民課"
    assert found.merged == {(2, 0)}


def test_the_sheet_with_the_best_head_is_taken_and_hidden_ones_are_not() -> None:
    def build(book) -> None:
        book.active.append(["はじめに"])
        hidden = book.create_sheet("隠し")
        hidden.append(["部", "課", "業務名", "業務分類", "年間件数", "1件あたり", "担い手"])
        hidden.sheet_state = "hidden"
        book.create_sheet("調査").append(["課", "業務名", "業務分類", "年間件数", "1件あたり"])

    assert table(workbook(build))[0].name == "調査"


def test_too_many_rows_columns_and_a_merge_over_everything() -> None:
    with pytest.raises(TooLarge, match="行が多すぎ"):
        table(b"a,b\r\n" * (sheets.MAX_ROWS + 5))
    with pytest.raises(TooLarge, match="列が多すぎ"):
        table(b"a," * 300 + b"\r\n")

    data = workbook(lambda book: book.active.append(["課", "業務名", "業務分類", "年間件数", "1件あたり"]))
    whole = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    found, _ = table(rewritten(data, "xl/worksheets/sheet1.xml", b"</sheetData>", whole))
    assert len(found.rows) == 1
    assert len(found.rows[0]) <= sheets.MAX_COLUMNS


def rewritten(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with one piece of one part exchanged."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            assert name != part or old in content
            target.writestr(name, content.replace(old, new) if name == part else content)
    return out.getvalue()


def test_a_very_long_cell_is_cut_and_then_refused_by_its_length() -> None:
    from tomoni.engines.workload.reading import read_survey

    found, _ = table(
        ("課,業務名,業務分類,年間件数,1件あたり\r\n市民課," + "あ" * 500_000 + ",受付,1,2\r\n").encode()
    )
    assert [p.code for p in read_survey(found).problems] == ["too_long"]
