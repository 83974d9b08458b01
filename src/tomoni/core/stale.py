"""Stale edits (409) without a column: a form carries the mark of what it was opened on, the action compares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tomoni.core.errors import Conflict


def mark(state: Mapping[str, Any]) -> str:
    """A short digest of a state, for a hidden field; it changes when any value does."""
    text = json.dumps({name: str(value) for name, value in state.items()}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check(
    opened_on: str | None, state: Mapping[str, Any], mine: Mapping[str, Any], shown: Mapping[str, Any]
) -> None:
    """Raise `Conflict` (mine, theirs, revision) if the form was opened on another state. None: nobody asked.

    `state` is everything that counts as a change, `shown` the present values under the names of `mine`.
    """
    present = mark(state)
    if opened_on is not None and opened_on != present:
        raise Conflict(mine=dict(mine), theirs=dict(shown), revision=present)
