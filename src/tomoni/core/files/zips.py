"""A guard against zip bombs; XLSX and DOCX are zips too."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid, TooLarge

MAX_ENTRIES = 10_000
MAX_RATIO = 150
SMALL = 8 * 1024 * 1024
TIMES_UPLOAD = 8
_ARCHIVES = (
    ".zip",
    ".xlsx",
    ".xlsm",
    ".docx",
    ".pptx",
    ".jar",
    ".7z",
    ".rar",
    ".gz",
    ".bz2",
    ".xz",
    ".tar",
    ".ods",
    ".odt",
)

_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    OSError,
    NotImplementedError,
    EOFError,
    ValueError,
)


def check_zip(file: IO[bytes]) -> None:
    """Raise `TooLarge` for a bomb (total, ratio, number, nested, overlapping) and `Invalid` for a broken or locked zip.

    Reads the directory only; Python's reader never hands out more than the directory declares.
    """
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check(entries, size)
            for entry in entries:
                _check_nested(archive, entry)
    except _BROKEN:
        raise Invalid(
            _("ファイルが壊れているため開けませんでした。もう一度保存し直してから選んでください。")
        ) from None
    finally:
        file.seek(0)


def _check(entries: list[zipfile.ZipInfo], size: int) -> None:
    bomb = TooLarge(_("ファイルの中身が大きすぎます。内容を分けてからもう一度選んでください。"))
    if len(entries) > MAX_ENTRIES:
        raise bomb
    if any(e.flag_bits & 0x1 for e in entries):
        raise Invalid(_("パスワードの付いたファイルは読み取れません。パスワードを外してから選んでください。"))
    total = sum(e.file_size for e in entries)
    if total > TIMES_UPLOAD * settings.UPLOAD_MAX_BYTES:
        raise bomb
    if total > SMALL and total > MAX_RATIO * max(1, size):
        raise bomb
    # Entries that share bytes (as in 42.zip's descendants) add up to more than the file holds.
    if sum(e.compress_size for e in entries) > size:
        raise bomb
    ends = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < ends:
            raise bomb
        ends = entry.header_offset + 30 + entry.compress_size


def _check_nested(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.is_dir() or entry.file_size < 4:
        return
    nested = entry.filename.lower().endswith(_ARCHIVES)
    if not nested and not entry.filename.lower().endswith(
        (".xml", ".rels", ".png", ".jpeg", ".jpg", ".vml", ".bin")
    ):
        try:
            with archive.open(entry) as inner:
                nested = inner.read(4) == b"PK\x03\x04"
        except RuntimeError:
            nested = True
    if nested:
        raise TooLarge(
            _(
                "圧縮ファイルの中に圧縮ファイルがあるため、受け取れません。中のファイルを1つずつ選んでください。"
            )
        )
