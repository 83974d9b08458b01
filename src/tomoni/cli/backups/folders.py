"""Folders: what belongs to a town's data, and moving a finished folder into place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

DATABASE = "tomoni.sqlite3"
# Kept out of a backup: the live database (a snapshot goes in), temporary things, other backups.
_SKIPPED_SUFFIXES = (".part", ".tmp", ".lock", ".pid", ".tomoni")


def members(data: Path, *, store: bool) -> Iterator[tuple[str, Path]]:
    """Files that a backup takes, by name: those of the content-addressed store, or all the others."""
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data)
        if (
            path.is_file()
            and not path.is_symlink()
            and not _skipped(name)
            and (name.parts[0] == "files") == store
        ):
            yield name.as_posix(), path


def _skipped(name: Path) -> bool:
    hidden = any(part.startswith(".") for part in name.parts)
    return (
        hidden
        or name.name.startswith(DATABASE)
        or name.suffix in _SKIPPED_SUFFIXES
        or name.parts[0] == "logs"
    )


def is_free(folder: Path) -> bool:
    """Whether the folder does not exist or is empty."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def move_into(source: Path, target: Path, *, last: str = "") -> None:
    """Move everything of `source` (on the same disk) into the folder `target`; the entry `last` goes last."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for entry in sorted(source.iterdir(), key=lambda p: (p.name == last, p.name)):
        shutil.move(entry, target / entry.name)
    source.rmdir()
