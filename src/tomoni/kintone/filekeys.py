"""File keys: signed, so that a key tells which file it means and nobody can make one up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing

from tomoni.kintone.errors import KintoneError

SALT = "tomoni.kintone.file"


@dataclass(frozen=True, slots=True)
class FileKey:
    """A file that was uploaded (`up`), hangs on a record (`rec`: app code, record, field), or on settings (`set`)."""

    file: int
    kind: str = "up"
    app: str = ""
    record: int = 0
    field: str = ""

    def written(self) -> str:
        """The key as clients get it."""
        return signing.dumps([self.file, self.kind, self.app, self.record, self.field], salt=SALT)


def read(text: Any) -> FileKey:
    """The file that a key means; GAIA_BL01 for anything else."""
    try:
        parts = signing.loads(text, salt=SALT) if isinstance(text, str) and len(text) < 2_000 else None
    except signing.BadSignature:
        parts = None
    if not isinstance(parts, list) or len(parts) != 5:
        raise KintoneError("GAIA_BL01", 404)
    return FileKey(*parts)
