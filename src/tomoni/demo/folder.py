"""The demo's data folder: what is in it, and clearing it (only ever a demo's)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Literal

MARK = "demo.json"
BUILDING = ".tomoni-demo-building"
_OURS = (
    "tomoni.sqlite3",
    "tomoni.sqlite3-wal",
    "tomoni.sqlite3-shm",
    "tomoni.env",
    "files",
    "audit",
    "mail",
    MARK,
    BUILDING,
)

State = Literal["absent", "empty", "unfinished", "demo", "foreign"]


def state(data: Path) -> State:
    """What the folder holds. `unfinished`: a demo whose making was cut off, which may be made anew."""
    if not data.exists():
        return "absent"
    if not data.is_dir():
        return "foreign"
    names = {entry.name for entry in data.iterdir()}
    if not names:
        return "empty"
    if MARK in names and "tomoni.sqlite3" in names and _is_mark(data / MARK):
        return "demo"
    return "unfinished" if BUILDING in names else "foreign"


def _is_mark(path: Path) -> bool:
    try:
        return bool(json.loads(path.read_text(encoding="utf-8")).get("tomoni_demo"))
    except (OSError, ValueError, AttributeError):
        return False


def clear(data: Path) -> None:
    """Remove what a demo consists of; things that others put there stay."""
    for name in _OURS:
        path = data / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for left in data.glob(".tomoni-demo-new-*"):
        shutil.rmtree(left, ignore_errors=True)
