"""What a file is, by its content. The claimed name and type are never believed."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import IO, Literal

import puremagic

Kind = Literal["image", "pdf", "sheet", "document", "slides", "text", "archive", "audio", "video", "other"]


@dataclass(frozen=True, slots=True)
class FileType:
    """A content type and the kind that forms speak of."""

    content_type: str
    kind: Kind


OTHER = FileType("application/octet-stream", "other")
_MAGIC: list[tuple[int, bytes, FileType]] = [
    (0, b"\x89PNG\r\n\x1a\n", FileType("image/png", "image")),
    (0, b"\xff\xd8\xff", FileType("image/jpeg", "image")),
    (0, b"GIF87a", FileType("image/gif", "image")),
    (0, b"GIF89a", FileType("image/gif", "image")),
    (8, b"WEBP", FileType("image/webp", "image")),
    (4, b"ftypheic", FileType("image/heic", "image")),
    (4, b"ftypheix", FileType("image/heic", "image")),
    (4, b"ftypmif1", FileType("image/heic", "image")),
    (4, b"ftypavif", FileType("image/avif", "image")),
    (4, b"ftyp", FileType("video/mp4", "video")),
    (0, b"%PDF-", FileType("application/pdf", "pdf")),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileType("application/x-ole-storage", "document")),
    (0, b"ID3", FileType("audio/mpeg", "audio")),
    (8, b"WAVE", FileType("audio/wav", "audio")),
    (0, b"7z\xbc\xaf\x27\x1c", FileType("application/x-7z-compressed", "archive")),
    (0, b"Rar!\x1a\x07", FileType("application/vnd.rar", "archive")),
    (0, b"\x1f\x8b", FileType("application/gzip", "archive")),
]
_OOXML = "application/vnd.openxmlformats-officedocument."
_INSIDE: list[tuple[str, FileType]] = [
    ("xl/workbook.xml", FileType(_OOXML + "spreadsheetml.sheet", "sheet")),
    ("word/document.xml", FileType(_OOXML + "wordprocessingml.document", "document")),
    ("ppt/presentation.xml", FileType(_OOXML + "presentationml.presentation", "slides")),
]
_ODF = {
    b"application/vnd.oasis.opendocument.spreadsheet": "sheet",
    b"application/vnd.oasis.opendocument.text": "document",
    b"application/vnd.oasis.opendocument.presentation": "slides",
}


def sniff(file: IO[bytes]) -> FileType:
    """The type of a seekable file; its position is put back to the start."""
    file.seek(0)
    head = file.read(8192)
    file.seek(0)
    found = _sniff(head, file)
    file.seek(0)
    return found


def _sniff(head: bytes, file: IO[bytes]) -> FileType:
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _inside_zip(file)
    for offset, magic, found in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            # RIFF containers say what they hold at 8; elsewhere those four letters mean nothing.
            if magic in (b"WEBP", b"WAVE") and head[:4] != b"RIFF":
                continue
            return found
    if _is_text(head):
        return FileType("text/plain", "text")
    try:
        guess = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return OTHER
    family = guess.partition("/")[0]
    # Only families nobody can execute from: the rest is "other" whatever it says it is.
    return FileType(guess, family) if family in ("audio", "video") else OTHER


def _inside_zip(file: IO[bytes]) -> FileType:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            for name, found in _INSIDE:
                if name in names and "[Content_Types].xml" in names:
                    return found
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                claimed = archive.read("mimetype").strip()
                if claimed in _ODF:
                    return FileType(claimed.decode(), _ODF[claimed])  # type: ignore[arg-type]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return OTHER
    return FileType("application/zip", "archive")


def _is_text(head: bytes) -> bool:
    """UTF-8, UTF-16 with a mark, or Shift_JIS (cp932), without control characters."""
    if not head:
        return True
    encodings = ["utf-16"] if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp932"]
    for encoding in encodings:
        for cut in range(4):  # the window may end inside a character
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                if len(head) < 8192:
                    break
                continue
            return not any(ord(c) < 32 and c not in "\t\n\r\f\x1a" for c in text)
    return False
