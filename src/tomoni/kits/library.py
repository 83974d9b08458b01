"""All kits of this installation: files in registered folders, and kits received from other towns."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tomoni.core.errors import NotFound
from tomoni.kits import registry
from tomoni.kits.format.codec import load
from tomoni.kits.format.kit import Kit
from tomoni.kits.format.problems import KitInvalid
from tomoni.kits.models import UploadedKit

log = logging.getLogger("tomoni.kits")


@dataclass(frozen=True, slots=True)
class Entry:
    """A kit and where it is from: `uploaded` is the id of a received file, None for one that came with the program."""

    kit: Kit
    uploaded: int | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """Versions as numbers."""
        return tuple(int(part) for part in self.kit.version.split("."))


@lru_cache(maxsize=64)
def _file(path: Path, stamp: tuple[int, int], parts: frozenset[str]) -> Kit:
    return load(path.read_bytes())


@lru_cache(maxsize=64)
def _text(sha256: str, text: str, parts: frozenset[str]) -> Kit:
    return load(text)


def files() -> list[Path]:
    """The kit files of the registered folders, in order."""
    return sorted(path for folder in registry.FOLDERS if folder.is_dir() for path in folder.glob("*.yaml"))


def entries() -> list[Entry]:
    """Every readable kit, one entry a version, newest version first. A file that cannot be read is logged and left out."""
    found: dict[tuple[str, str], Entry] = {}
    parts = frozenset(registry.PARTS)
    for path in files():
        try:
            stat = path.stat()
            kit = _file(path, (stat.st_mtime_ns, stat.st_size), parts)
            found.setdefault((kit.code, kit.version), Entry(kit))
        except (KitInvalid, OSError) as error:
            log.warning("kit file left out", extra={"file": path.name, "error": type(error).__name__})
    for row in UploadedKit.objects.filter(removed_at=None):
        try:
            found.setdefault((row.code, row.version), Entry(_text(row.sha256, row.text, parts), row.pk))
        except KitInvalid:
            log.warning("received kit left out", extra={"uploaded": row.pk})
    return sorted(found.values(), key=lambda e: (e.kit.code, [-n for n in e.order]))


def newest() -> list[Entry]:
    """The newest version of each kit, in order of name."""
    first: dict[str, Entry] = {}
    for entry in entries():
        first.setdefault(entry.kit.code, entry)
    return sorted(first.values(), key=lambda e: e.kit.name)


def entry(code: str, version: str = "") -> Entry:
    """One kit, the newest version unless told; `NotFound` otherwise."""
    for found in entries():
        if found.kit.code == code and version in ("", found.kit.version):
            return found
    raise NotFound
