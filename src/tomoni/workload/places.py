"""The address of a section in pages: a short key from division and name."""

from __future__ import annotations

import hashlib

from tomoni.engines.workload.kinds import fold


def section_key(division: str, section: str) -> str:
    """A stable key of 12 characters: the same section has the same one in every survey."""
    return hashlib.sha256(f"{fold(division)}\x1f{fold(section)}".encode()).hexdigest()[:12]
