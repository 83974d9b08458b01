"""Files: named, typed and measured by content; zip bombs and hostile names."""

from __future__ import annotations

import hashlib
import io
import struct
import unicodedata
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from tomoni.core import clock, files
from tomoni.core.actor import system
from tomoni.core.errors import Invalid, NotFound, TooLarge
from tomoni.core.files.sweep import sweep_files
from tomoni.core.models import AuditEntry, StoredFile

ACTOR = system("test")
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "tomoni.core.files.storage.ContentAddressedStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }
    return tmp_path / "files"


def store(content, name="a", **rest) -> StoredFile:
    with transaction.atomic():
        return files.store(content, name=name, actor=ACTOR, **rest)


def zipped(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["課", "時間"])
    book.save(buffer)
    return buffer.getvalue()


def test_kept_by_content_once(db, own_store):
    first = store(PNG, "一.png", kinds={"image"})
    second = store(SimpleUploadedFile("二.txt", PNG, content_type="text/html"), "二.txt")
    assert first.sha256 == second.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (second.name, second.content_type, second.kind, second.size) == (
        "二.txt",
        "image/png",
        "image",
        len(PNG),
    )
    found = [p for p in own_store.rglob("*") if p.is_file()]
    assert len(found) == 1
    assert found[0].stat().st_mode & 0o077 == 0
    assert files.open_stored(first).read() == PNG
    assert AuditEntry.objects.filter(verb="file.store").count() == 2


@pytest.mark.parametrize(
    ("content", "kind", "content_type"),
    [
        (PNG, "image", "image/png"),
        (b"\xff\xd8\xff\xe0" + b"x" * 20, "image", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image", "image/webp"),
        (b"XXXX\x00\x00\x00\x00WEBPVP8 ", "other", "application/octet-stream"),
        (b"%PDF-1.7\n", "pdf", "application/pdf"),
        ("課,時間\n市民課,12\n".encode(), "text", "text/plain"),
        ("課,時間\n市民課,12\n".encode("cp932"), "text", "text/plain"),
        ("課,時間\n".encode("utf-16"), "text", "text/plain"),
        (("あ" * 5000).encode(), "text", "text/plain"),
        (("a" + "あ" * 5000).encode("cp932"), "text", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "text", "text/plain"),
        (b"<html><script>alert(1)</script>", "text", "text/plain"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "other", "application/octet-stream"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "other", "application/octet-stream"),
        (zipped(a=b"x"), "archive", "application/zip"),
        (b"PK\x03\x04 broken", "other", "application/octet-stream"),
    ],
)
def test_type_is_told_by_content(content, kind, content_type):
    found = files.sniff(io.BytesIO(content))
    assert (found.kind, found.content_type) == (kind, content_type)


def test_xlsx_is_a_sheet(db):
    row = store(xlsx(), "調査.txt", kinds={"sheet"})
    assert row.kind == "sheet"


def test_limits(db, settings, own_store):
    assert store(b"x" * 10, max_bytes=10).size == 10
    with pytest.raises(TooLarge) as found:
        store(b"x" * 11, max_bytes=10)
    assert found.value.status == 413
    settings.UPLOAD_MAX_BYTES = 5
    with pytest.raises(TooLarge):
        store(b"x" * 10, max_bytes=10)
    with pytest.raises(Invalid):
        store(b"")
    with pytest.raises(Invalid) as refused:
        store(PNG[:5], kinds={"image", "pdf"})
    assert "写真・画像・PDF" in str(refused.value)
    assert StoredFile.objects.count() == 1
    assert len([p for p in own_store.rglob("*") if p.is_file()]) == 1


def test_a_size_over_the_limit_is_not_read_to_its_end(db):
    class Endless:
        read_bytes = 0

        def read(self, size):
            self.read_bytes += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(TooLarge):
        store(endless, max_bytes=1_000_000)
    assert endless.read_bytes < 2_000_000


def check(content: bytes) -> None:
    files.check_zip(io.BytesIO(content))


def test_honest_zips_pass():
    check(xlsx())
    check(zipped(a=b"hello" * 100, b=b"\x00" * 1_000_000))


def test_bombs(settings):
    with pytest.raises(TooLarge):
        check(zipped(a=b"\x00" * 30_000_000))
    with pytest.raises(TooLarge):
        check(zipped(**{"inner.bin": b"x", "deep.zip": zipped(a=b"x")}))
    with pytest.raises(TooLarge):
        check(zipped(**{"photo.dat": zipped(a=b"x")}))
    with pytest.raises(TooLarge):
        check(zipped(**{str(n): b"" for n in range(10_001)}))
    settings.UPLOAD_MAX_BYTES = 100
    with pytest.raises(TooLarge):
        check(zipped(a=bytes(range(256)) * 10))


def test_overlapping_entries():
    """Two directory entries over the same bytes, as in bombs that do not nest."""
    data = zipped(a=b"hello" * 50)
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[at:end]
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, 2, 2, len(entry) * 2)
    with pytest.raises(TooLarge):
        check(data[:at] + entry + entry.replace(b"a", b"b", 1) + bytes(tail))


def lying(name: str) -> bytes:
    data = bytearray(zipped(**{name: b"\x00" * 1_000_000}))
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(magic) + offset, 10)
    return bytes(data)


def test_lying_size_reads_no_more_than_declared():
    with pytest.raises(Invalid):
        check(lying("a"))
    check(lying("a.xml"))
    with zipfile.ZipFile(io.BytesIO(lying("a.xml"))) as archive, pytest.raises(zipfile.BadZipFile):
        archive.read("a.xml")


def test_broken_and_locked():
    with pytest.raises(Invalid):
        check(b"PK\x03\x04 not a zip")
    with pytest.raises(Invalid):
        check(xlsx()[:-30])
    data = bytearray(zipped(a=b"hello"))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    with pytest.raises(Invalid) as found:
        check(bytes(data))
    assert "パスワード" in str(found.value)


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("調査票.xlsx", "調査票.xlsx"),
        ("C:\\Users\\x\\調査.csv", "調査.csv"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("👨‍👩‍👧.png", "👨‍👩‍👧.png"),
        ("外字\ue000.pdf", "外字\ue000.pdf"),
        ("葛\U000e0100.pdf", "葛\U000e0100.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("CON.txt", "_CON.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("", "file"),
        ("..", "file"),
        ("\ud800.txt", "txt"),
        ("あ" * 200 + ".pdf", "あ" * 83 + ".pdf"),
    ],
)
def test_names(given_name, expected):
    assert files.safe_name(given_name) == expected


@given(st.text(alphabet=st.characters(), max_size=400))
def test_every_name_is_safe(name):
    found = files.safe_name(name)
    assert found not in ("", ".", "..")
    assert len(found.encode()) <= 255
    assert not set(found) & set("/\\\u202e\u2066")
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in found)
    assert files.safe_name(found) == found


def test_download(db):
    response = files.download_response(store(b"<script>alert(1)</script>", "調査 1.html"))
    assert response["Content-Disposition"].startswith("attachment")
    assert "%E8%AA%BF" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "text/plain"
    assert "no-store" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"


def test_sweep_of_content_without_a_row(db, own_store):
    kept, gone = store(PNG), store(b"bye")
    gone.delete()
    assert sweep_files.call() == {"removed": 0}
    with clock.at(clock.now() + timedelta(days=2)):
        assert sweep_files.call() == {"removed": 1}
    assert (own_store / kept.path).exists()
    assert not (own_store / gone.path).exists()


def test_a_lost_file(db, own_store):
    row = store(PNG)
    (own_store / row.path).unlink()
    with pytest.raises(NotFound):
        files.download_response(row)
