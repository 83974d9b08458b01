"""Taking a file in: streamed to a temporary file, measured, typed by content, kept once."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Collection, Iterator
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, TooLarge
from tomoni.core.files.names import safe_name
from tomoni.core.files.sniff import FileType, sniff
from tomoni.core.files.zips import check_zip
from tomoni.core.models import StoredFile

CHUNK = 256 * 1024
_ZIPPED = {"sheet", "document", "slides", "archive"}


def store(
    upload: Any,
    *,
    name: str,
    actor: Actor,
    kinds: Collection[str] | None = None,
    max_bytes: int | None = None,
) -> StoredFile:
    """Keep an upload (or bytes, or a binary file), inside an action; returns its row.

    `kinds`: allowed of image, pdf, sheet, document, slides, text, archive, audio, video, other.
    Raises `TooLarge` (413) over `max_bytes` (default: the installation's limit) or for a zip bomb,
    `Invalid` for an empty file or a kind that is not allowed.
    """
    limit = min(max_bytes or settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_BYTES)
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as temporary:
        sha256, size = _receive(upload, temporary, limit)
        found = _checked(temporary, kinds)
        row = StoredFile(
            sha256=sha256,
            name=safe_name(name),
            size=size,
            content_type=found.content_type,
            kind=found.kind,
            created_by=actor.ref,
            created_at=clock.now(),
        )
        temporary.seek(0)
        default_storage.save(row.path, File(temporary))
    row.save()
    audit.record(actor=actor, verb="file.store", target=f"file:{row.pk}", fields={"sha256": sha256})
    return row


def _receive(upload: Any, target: IO[bytes], limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(upload):
        size += len(chunk)
        if size > limit:
            raise TooLarge(
                _("ファイルが大きすぎます。%(limit)s までのファイルを選んでください。")
                % {"limit": readable_size(limit)}
            )
        digest.update(chunk)
        target.write(chunk)
    if size == 0:
        raise Invalid(_("ファイルが空です。中身のあるファイルを選んでください。"))
    return digest.hexdigest(), size


def _chunks(upload: Any) -> Iterator[bytes]:
    if isinstance(upload, bytes | bytearray | memoryview):
        upload = io.BytesIO(bytes(upload))
    if hasattr(upload, "chunks"):
        yield from upload.chunks(CHUNK)
        return
    while chunk := upload.read(CHUNK):
        yield chunk


def _checked(file: IO[bytes], kinds: Collection[str] | None) -> FileType:
    found = sniff(file)
    if kinds is not None and found.kind not in kinds:
        raise Invalid(
            _("この種類のファイルは受け取れません。%(kinds)s を選んでください。")
            % {"kinds": kind_names(kinds)}
        )
    if found.kind in _ZIPPED and found.content_type.startswith(("application/zip", "application/vnd.o")):
        check_zip(file)
    return found


def kind_names(kinds: Collection[str]) -> str:
    """The kinds in words: 「写真・PDF」."""
    words = {
        "image": _("写真・画像"),
        "pdf": _("PDF"),
        "sheet": _("表計算（Excel）"),
        "document": _("文書（Word）"),
        "slides": _("スライド"),
        "text": _("文字・CSV"),
        "archive": _("圧縮ファイル"),
        "audio": _("音声"),
        "video": _("動画"),
    }
    return _("・").join(words[k] for k in words if k in kinds)


def readable_size(size: int) -> str:
    """「50 MB」, 「1.5 MB」, 「12 KB」."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"
