"""Where other rooms announce the parts of a kit that they install, and the folders with their kits.

A part is a top-level key of the kit file that this room does not know by itself, such as `form`. The room that owns
it calls `part("form", install=…, export=…)` in its `AppConfig.ready`; nothing in a kit file is ever executed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tomoni.core.actor import Actor
from tomoni.records.schema.spec import AppSpec


class Install(Protocol):
    """`install(actor=, app=, data=)`: make the part of a freshly installed app, inside the installation's transaction."""

    def __call__(self, *, actor: Actor, app: str, data: Any) -> Any:
        """Raise `core.errors.Invalid` when the data cannot be used; everything is then undone."""


class Export(Protocol):
    """`export(actor=, app=)`: the same data back, or None when the app has no such part."""

    def __call__(self, *, actor: Actor, app: str) -> Any:
        """Plain YAML-able data: mappings with text keys, lists, text, numbers, booleans. No personal data, no local ids."""


@dataclass(frozen=True, slots=True)
class Part:
    """A registered part. `check(data, spec)` yields (path, message) for each fault, where path is relative to the part, for
    example `blocks.2.question`; `words(data, spec)` tells in sentences what the part will make."""

    name: str
    install: Install
    export: Export
    label: Any = ""
    check: Callable[[Any, AppSpec], Iterable[tuple[str, Any]]] | None = None
    words: Callable[[Any, AppSpec], Iterable[Any]] | None = None


PARTS: dict[str, Part] = {}
FOLDERS: list[Path] = []


def part(
    name: str,
    *,
    install: Install,
    export: Export,
    label: Any = "",
    check: Callable[[Any, AppSpec], Iterable[tuple[str, Any]]] | None = None,
    words: Callable[[Any, AppSpec], Iterable[Any]] | None = None,
) -> None:
    """Register the owner of a top-level key of the kit file. Registering a name again replaces it."""
    PARTS[name] = Part(name, install, export, label, check, words)


def folder(path: str | Path) -> None:
    """Add a folder whose `*.yaml` files are kits that everyone sees in the gallery."""
    resolved = Path(path).resolve()
    if resolved not in FOLDERS:
        FOLDERS.append(resolved)
