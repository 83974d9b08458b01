"""The backup file: a gzip-compressed tar whose last member is `manifest.json`, optionally sealed.

Writing and reading stream; nothing is gathered in memory. Reading accepts only plain files under known
names, and compares size and SHA-256 of every member with the manifest.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from tomoni.cli.backups.sealing import MAGIC, SealedReader, SealingWriter

MANIFEST = "manifest.json"
FORMAT = 1
NAME = re.compile(r"(data|database)/[^\0]+")


class Broken(Exception):
    """The backup file is damaged or not one of ours; the text names the part."""


class _Counting(io.RawIOBase):
    """Reads through, hashing and counting."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.digest = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self.source.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data


class Writer:
    """Adds members to a backup; use `open_writer`."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file under a name; a file that grows meanwhile is taken as long as it was."""
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            counting = _Counting(source)
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = size, int(time.time()), 0o600
            self.tar.addfile(member, cast(BinaryIO, counting))
        self.members[name] = {"sha256": counting.digest.hexdigest(), "size": size}

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest as the last member."""
        body = json.dumps(
            manifest | {"format": FORMAT, "members": self.members}, ensure_ascii=False, indent=1
        ).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(body), 0o600
        self.tar.addfile(member, io.BytesIO(body))


@contextmanager
def open_writer(path: Path, passphrase: str) -> Iterator[Writer]:
    """Write a backup to `path`, which appears only when it is whole (0600)."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            sealed = SealingWriter(raw, passphrase) if passphrase else None
            target = cast(BinaryIO, sealed or raw)
            with (
                gzip.GzipFile(fileobj=target, mode="wb", compresslevel=4, filename="") as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                yield Writer(tar)
            if sealed:
                sealed.close()
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def is_sealed(path: Path) -> bool:
    """Whether a backup needs a passphrase."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def extract(path: Path, into: Path, passphrase: str) -> dict[str, Any]:
    """Unpack a backup into an empty folder and return its manifest, after comparing every member with it.

    Raises `Broken`, or `WrongPassphrase` for a sealed backup.
    """
    seen: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    with path.open("rb") as raw:
        source = cast(BinaryIO, SealedReader(raw, passphrase) if is_sealed(path) else raw)
        try:
            with (
                gzip.GzipFile(fileobj=source, mode="rb") as packed,
                tarfile.open(fileobj=packed, mode="r|") as tar,
            ):
                for member in tar:
                    if member.name == MANIFEST:
                        content = tar.extractfile(member)
                        manifest = json.loads(content.read()) if content else None
                    else:
                        seen[member.name] = _extract_one(tar, member, into)
        except (tarfile.TarError, EOFError, OSError, ValueError) as error:
            raise Broken(str(error)) from error
    return _compare(manifest, seen)


def _extract_one(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> dict[str, Any]:
    parts = Path(member.name).parts
    if (
        not member.isreg()
        or not NAME.fullmatch(member.name)
        or ".." in parts
        or Path(member.name).is_absolute()
    ):
        raise Broken(member.name)
    target = into.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = tar.extractfile(member)
    if content is None:
        raise Broken(member.name)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while part := content.read(1024 * 1024):
            digest.update(part)
            size += len(part)
            file.write(part)
        os.fsync(file.fileno())
    return {"sha256": digest.hexdigest(), "size": size}


def _compare(manifest: dict[str, Any] | None, seen: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if manifest is None:
        raise Broken(MANIFEST)
    if manifest.get("format") != FORMAT:
        raise Broken(f"format {manifest.get('format')}")
    if different := [name for name in manifest["members"] if seen.get(name) != manifest["members"][name]]:
        raise Broken(different[0])
    if extra := sorted(set(seen) - set(manifest["members"])):
        raise Broken(extra[0])
    return manifest
