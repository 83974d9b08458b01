"""Names of the built front-end files, from the manifest that `make assets` writes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

DIST = Path(__file__).parent / "static" / "ui" / "dist"


def _files() -> dict[str, str]:
    try:
        return dict(json.loads((DIST / "manifest.json").read_text())["files"])
    except (OSError, ValueError, KeyError):
        return {}


_cached = cache(_files)


def built() -> bool:
    """Whether the front end has been built."""
    return bool(_files())


def asset(name: str) -> str:
    """The URL of a built file (`tomoni.css`); its name carries a hash, so browsers may keep it for ever."""
    files = _files() if settings.DEBUG else _cached()
    return static(f"ui/dist/{files.get(name, name)}")
