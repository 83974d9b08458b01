"""Help, languages, exit codes, errors in one line."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from town_tools import tomoni

from tomoni.cli import main, texts

COMMANDS = [
    "demo", "demo-accounts", "init", "serve", "worker", "doctor", "backup", "restore", "verify-audit", "upgrade",
    "kit", "bench", "manage", "version",
]  # fmt: skip


def help_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_the_chosen_language(capsys: pytest.CaptureFixture[str], command: str) -> None:
    words = [command] if command else []
    japanese = help_of(capsys, "--lang", "ja", *words)
    english = help_of(capsys, "--lang", "en", *words)
    assert japanese.startswith("使い方: tomoni")
    assert english.startswith("usage: tomoni")
    assert not re.search("[ぁ-んァ-ヶ]", english), english
    assert "show this help" not in japanese


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of(capsys)
    assert all(re.search(rf"^ +{command}\b", text, re.M) for command in COMMANDS)


def test_help_does_not_load_django() -> None:
    code = (
        "import sys, tomoni.cli\ntry: tomoni.cli.main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('django', 'pydantic', 'polars', 'granian') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize(
    "given",
    [
        ["nothing"],
        ["serve", "--port", "x"],
        ["serve", "--port", "70000"],
        ["restore"],
        ["kit"],
        ["demo", "--bogus"],
    ],
)
def test_wrong_usage_is_one_line_and_2(capsys: pytest.CaptureFixture[str], given: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "ja", *given])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("tomoni: ")
    assert said.count("\n") == 1


def test_language_comes_from_flag_then_setting_then_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOMONI_LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert texts.choose([]) == "en"
    monkeypatch.setenv("TOMONI_LANGUAGE", "ja")
    assert texts.choose([]) == "ja"
    assert texts.choose(["--lang", "en"]) == "en"
    assert texts.choose(["--lang=en"]) == "en"
    monkeypatch.delenv("TOMONI_LANGUAGE")
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert texts.choose([]) == "ja"


def test_missing_data_is_one_line_and_1(tmp_path) -> None:
    for language, word in (("ja", "データがありません"), ("en", "no data")):
        for command in ("serve", "backup", "verify-audit", "upgrade", "worker"):
            done = tomoni("--lang", language, command, "--data", tmp_path / "none", code=1)
            assert word in done.stderr, done.stderr
            assert done.stderr.count("\n") == 1
            assert "Traceback" not in done.stderr


def test_version() -> None:
    assert tomoni("version").stdout.startswith("Tomoni ")
