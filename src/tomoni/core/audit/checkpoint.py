"""Signed checkpoints in the data folder: they notice when table and head were cut together."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from tomoni.core.audit import chain

EVERY_ENTRIES = 1000
EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The end of the chain at a time."""

    chain: str
    count: int
    digest: str
    at: str

    @property
    def signature(self) -> str:
        """The signature over the four values."""
        return chain.signature("checkpoint", self.chain, self.count, self.digest, self.at)


def file() -> Path:
    """Where checkpoints lie: one JSON line each."""
    return Path(settings.DATA_DIR) / "audit" / "checkpoints.jsonl"


def read() -> tuple[list[Checkpoint], bool]:
    """All checkpoints that are ours, and whether every line of the file was."""
    path, points, clean = file(), [], True
    if not path.exists():
        return [], True
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            given = row.pop("signature")
            point = Checkpoint(**row)
        except (ValueError, TypeError, KeyError, AttributeError):
            clean = False
            continue
        if isinstance(given, str) and chain.signed(
            given, "checkpoint", point.chain, point.count, point.digest, point.at
        ):
            points.append(point)
        else:
            clean = False
    return points, clean


def write(point: Checkpoint) -> None:
    """Append a checkpoint and bring it to the disk."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = json.dumps({**asdict(point), "signature": point.signature}, sort_keys=True) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_if_due(point: Checkpoint) -> bool:
    """Append when the last one is old enough, in entries or in time."""
    points, _clean = read()
    last = next((p for p in reversed(points) if p.chain == point.chain), None)
    if last is not None:
        waited = datetime.fromisoformat(point.at) - datetime.fromisoformat(last.at)
        if point.count - last.count < EVERY_ENTRIES and waited < EVERY:
            return False
    write(point)
    return True
