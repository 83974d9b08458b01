"""Handing files out: always as download, never shown by the browser. The caller has checked the reader's right."""

from __future__ import annotations

from typing import IO

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.translation import gettext as _

from tomoni.core.errors import NotFound
from tomoni.core.models import StoredFile


def open_stored(stored: StoredFile) -> IO[bytes]:
    """The content, for reading. Raises `NotFound` when the store lost it."""
    try:
        return default_storage.open(stored.path, "rb")
    except FileNotFoundError:
        raise NotFound(_("ファイルが見つかりませんでした。DX推進課に相談してください。")) from None


def download_response(stored: StoredFile) -> FileResponse:
    """The file as an attachment that no browser runs or caches for others."""
    response = FileResponse(
        open_stored(stored), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
