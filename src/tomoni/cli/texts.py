"""The command line's own texts: Japanese msgids, English from `locale/`, chosen before argparse runs."""

from __future__ import annotations

import argparse
import gettext
import os
from collections.abc import Sequence
from pathlib import Path

LANGUAGES = ("ja", "en")
_state: dict[str, gettext.NullTranslations | str] = {
    "catalogue": gettext.NullTranslations(),
    "language": "ja",
}

# What argparse says by itself, which is English.
ARGPARSE_JA = {
    "usage: ": "使い方: ",
    "options": "オプション",
    "positional arguments": "引数",
    "show this help message and exit": "この説明を表示して終わります",
    "the following arguments are required: %s": "次の引数が必要です: %s",
    "unrecognized arguments: %s": "分からない引数です: %s",
    "expected one argument": "値を1つ指定してください",
    "argument %(argument_name)s: %(message)s": "引数 %(argument_name)s: %(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r は選べません（%(choices)s のどれかを指定してください）",
    "invalid %(type)s value: %(value)r": "%(value)r は正しい値ではありません",
    "not allowed with argument %s": "%s と同時には使えません",
    "one of the arguments %s is required": "%s のどれかが必要です",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s はどれか決まりません（%(matches)s）",
    "ignored explicit argument %r": "値 %r は要りません",
    "expected at least one argument": "値を1つ以上指定してください",
}


def choose(arguments: Sequence[str]) -> str:
    """Choose the language: `--lang`, TOMONI_LANGUAGE, the locale; Japanese if none of them says."""
    wanted = ""
    for place, word in enumerate(arguments):
        if word.startswith("--lang="):
            wanted = word.partition("=")[2]
        elif word == "--lang" and place + 1 < len(arguments):
            wanted = arguments[place + 1]
    for name in ("TOMONI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = wanted or next((code for code in LANGUAGES if os.environ.get(name, "").startswith(code)), "")
    use(wanted if wanted in LANGUAGES else "ja")
    return language()


def use(code: str) -> None:
    """Speak this language from now on."""
    folder = Path(__file__).parent / "locale"
    _state["catalogue"] = (
        gettext.NullTranslations()
        if code == "ja"
        else gettext.translation("django", folder, [code], fallback=True)
    )
    _state["language"] = code
    argparse._ = _argparse if code == "ja" else _same  # type: ignore[attr-defined]


def language() -> str:
    """The language in use: ja or en."""
    return str(_state["language"])


def _(text: str) -> str:
    """The text in the chosen language."""
    catalogue = _state["catalogue"]
    assert isinstance(catalogue, gettext.NullTranslations)
    return catalogue.gettext(text)


def _argparse(text: str) -> str:
    return ARGPARSE_JA.get(text, text)


def _same(text: str) -> str:
    return text
