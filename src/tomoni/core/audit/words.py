"""The verbs of the audit chain in words: each room names its own in `<room>/verbs.py` (`LABEL` of the group, `VERBS`: code → label)."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from tomoni.core.search import contains


@cache
def rooms() -> list[tuple[Any, dict[str, Any]]]:
    """The rooms' (label, verbs), lowest floor first; read when first asked for, not at start."""
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith("tomoni.") and module_has_submodule(config.module, "verbs"):
            room = import_module(f"{config.name}.verbs")
            found.append((room.LABEL, dict(room.VERBS)))
    return found


@cache
def words() -> dict[str, Any]:
    """Code → label of every verb."""
    return {code: label for _room, verbs in rooms() for code, label in verbs.items()}


def label(verb: str) -> str:
    """What was done, in words; "" for a verb of a version that this program does not know."""
    return str(words().get(verb, ""))


def named(text: str) -> list[str]:
    """The verbs whose label holds the text, in the language of the page."""
    return [code for code, said in words().items() if contains(str(said), text)]
