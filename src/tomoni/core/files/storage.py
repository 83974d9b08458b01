"""The store on disk: a file's place is its SHA-256, so a place never changes its content."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class ContentAddressedStorage(FileSystemStorage):
    """Files appear whole, by rename; the same content is written once."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The place is the content: never another name."""
        return name

    def _save(self, name: str, content: Any) -> str:
        place = Path(self.path(name))
        if place.exists():
            os.utime(place)  # in use again: the sweep leaves young files alone
            return name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, part = tempfile.mkstemp(prefix=".part-", dir=place.parent)
        try:
            with os.fdopen(descriptor, "wb") as target:
                content.seek(0)
                shutil.copyfileobj(content, target, 1024 * 1024)
                target.flush()
                os.fsync(target.fileno())
            os.chmod(part, 0o600)
            os.replace(part, place)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return name
