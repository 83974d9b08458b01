"""init, doctor, upgrade."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from town_tools import PASSWORD, tomoni

from tomoni.cli.commands.init import check_digit


def test_init_makes_a_private_folder_with_its_own_key(data: Path, tmp_path: Path) -> None:
    text = (data / "tomoni.env").read_text()
    assert (data / "tomoni.env").stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in text
    key = next(line for line in text.splitlines() if line.startswith("TOMONI_SECRET_KEY="))
    assert len(key) > 70


def test_init_never_touches_an_existing_town(data: Path) -> None:
    before = (data / "tomoni.env").read_text()
    done = tomoni(
        "init", "--data", data, "--town", "別の町", "--admin", "a", "--password-stdin", stdin=PASSWORD, code=1
    )
    assert "もうデータがあります" in done.stderr
    assert (data / "tomoni.env").read_text() == before


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "words"),
    [
        (["--town", "町", "--admin", "a", "--password-stdin"], "short", 1, "12"),
        (["--town", "町", "--admin", "a", "--password-stdin", "--code", "12"], PASSWORD, 2, "5桁"),
        (["--town", "町", "--admin", "a", "--password-stdin", "--code", "131017"], PASSWORD, 2, "検査数字"),
        (["--town", "あ" * 101, "--admin", "a", "--password-stdin"], PASSWORD, 2, "長すぎます"),
        (["--admin", "a", "--password-stdin"], PASSWORD, 2, "--town"),
        (["--town", "町", "--admin", "日本語", "--password-stdin"], PASSWORD, 1, "半角"),
        (["--town", "町", "--admin", "a"], "", 2, "--password-stdin"),
    ],
)
def test_init_refuses_and_leaves_nothing(
    tmp_path: Path, arguments: list[str], stdin: str, code: int, words: str
) -> None:
    done = tomoni("init", "--data", tmp_path / "d", *arguments, stdin=stdin, code=code)
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("code", ["131016", "011002", "272051", "382019", "472018"])
def test_check_digit(code: str) -> None:
    assert check_digit(code[:5]) == code[5]


def test_doctor_finds_nothing_wrong_and_says_what_to_do_when_something_is(data: Path, tmp_path: Path) -> None:
    found = {
        f["name"]: f
        for f in json.loads(tomoni("doctor", "--data", data, "--json", code=None).stdout)["findings"]
    }
    assert [f["verdict"] for f in found.values()].count(
        "problem"
    ) <= 1  # the front end may not be built where tests run
    assert found["データベース"]["verdict"] == "ok"
    assert "WAL" in found["データベース"]["text"]
    done = tomoni("doctor", "--data", tmp_path / "none", code=1)
    assert "tomoni init" in done.stdout


def test_doctor_names_bad_settings(data: Path) -> None:
    env = {
        "TOMONI_MAIL": "smtp://127.0.0.1:9",
        "TOMONI_BASE_URL": "https://tomoni.example.jp",
        "TOMONI_SECRET_KEY": "short",
    }
    done = tomoni("doctor", "--data", data, code=1, **env)
    for word in ("127.0.0.1:9 につながりません", "TOMONI_HOSTS に tomoni.example.jp", "50文字以上の鍵"):
        assert word in done.stdout
    done = tomoni("--lang", "en", "doctor", "--data", data, code=1, TOMONI_JOB_THREADS="many")
    assert "TOMONI_JOB_THREADS" in done.stdout


def test_open_permissions_are_noticed(data: Path) -> None:
    for path in (data.parent, data, data / "tomoni.env"):
        path.chmod(0o755)
    assert "ほかの利用者が" in tomoni("doctor", "--data", data, code=None).stdout


def change(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / "tomoni.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()


def test_upgrade_has_nothing_to_do(data: Path) -> None:
    assert "もう新しい版" in tomoni("upgrade", "--data", data).stdout
    assert [p.name for p in data.parent.iterdir()] == ["data"]


def test_upgrade_backs_up_then_brings_the_data_forward(data: Path) -> None:
    change(data, "UPDATE core_town SET storage_version = 0")
    said = tomoni("upgrade", "--data", data).stdout
    assert [line[0] for line in said.splitlines() if line[:1].isdigit()] == ["1", "2", "3", "4"]
    (backup,) = data.parent.glob("*.tomoni")
    tomoni("restore", backup, "--data", data.parent / "old")
    with closing(sqlite3.connect(data.parent / "old" / "tomoni.sqlite3")) as connection:
        assert connection.execute("SELECT storage_version FROM core_town").fetchone() == (0,)
    assert "もう新しい版" in tomoni("upgrade", "--data", data).stdout


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_town SET storage_version = 99",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999_from_the_future', '2030-01-01')",
    ],
)
@pytest.mark.parametrize("command", ["upgrade", "serve"])
def test_newer_data_is_refused(data: Path, statement: str, command: str) -> None:
    change(data, statement)
    done = tomoni(command, "--data", data, code=1)
    assert "新しい版です" in done.stderr
    assert [p.name for p in data.parent.iterdir()] == ["data"]


def test_an_unfinished_upgrade_keeps_the_server_from_starting(data: Path) -> None:
    change(data, "DELETE FROM django_migrations WHERE app = 'people'")
    assert "tomoni upgrade" in tomoni("serve", "--data", data, code=1).stderr


def test_bad_env_file_is_named_with_its_line(data: Path) -> None:
    (data / "tomoni.env").write_text("# ok\nnonsense\n")
    assert "2 行目" in tomoni("serve", "--data", data, code=1).stderr
