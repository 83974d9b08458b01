"""`docs/operate/settings.md` and `config/env.py` say the same."""

from __future__ import annotations

import re
from pathlib import Path

from tomoni.config.env import Env

PAGE = Path(__file__).parents[2] / "docs/operate/settings.md"


def rows() -> dict[str, tuple[str, str]]:
    """name → (default, meaning) of the table."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"\| `(TOMONI_\w+)` \| (.*?) \| (.+?) \|", line):
            found[match.group(1)] = (match.group(2).strip("`").replace("（空）", ""), match.group(3))
    return found


def default(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_every_setting_is_documented_with_its_default_and_nothing_else() -> None:
    code = {f"TOMONI_{name.upper()}": default(field.default) for name, field in Env.model_fields.items()}
    assert {name: value for name, (value, _meaning) in rows().items()} == code


def test_every_setting_has_a_meaning_in_both_places() -> None:
    assert all(len(meaning) >= 5 for _default, meaning in rows().values())
    assert all(field.description for field in Env.model_fields.values())


def test_choices_are_named() -> None:
    for name, field in Env.model_fields.items():
        for choice in getattr(field.annotation, "__args__", ()):
            if isinstance(choice, str):
                assert choice in rows()[f"TOMONI_{name.upper()}"][1] + rows()[f"TOMONI_{name.upper()}"][0], (
                    name,
                    choice,
                )
