"""Lookups and related records: kintone's description of them, and the options of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def take(kind: str, given: Mapping[str, Any], options: dict[str, Any], place: str) -> None:
    """Put what a client says about the source into the options."""
