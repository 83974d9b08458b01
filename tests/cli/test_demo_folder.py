"""What the demo does with the folder it is given."""

from __future__ import annotations

from pathlib import Path

import pytest
from town_tools import tomoni

from tomoni.demo import folder
from tomoni.demo.accounts import PEOPLE


def test_states(tmp_path: Path) -> None:
    data = tmp_path / "d"
    assert folder.state(data) == "absent"
    data.mkdir()
    assert folder.state(data) == "empty"
    (data / folder.BUILDING).touch()
    assert folder.state(data) == "unfinished"
    (data / "tomoni.sqlite3").touch()
    (data / folder.MARK).write_text('{"tomoni_demo": true}')
    assert folder.state(data) == "demo"
    (data / folder.MARK).write_text("nonsense")
    (data / folder.BUILDING).unlink()
    assert folder.state(data) == "foreign"


def test_clearing_touches_only_what_the_demo_made(tmp_path: Path) -> None:
    for name in (folder.MARK, "tomoni.sqlite3", "tomoni.env", "letter.txt"):
        (tmp_path / name).touch()
    (tmp_path / "files").mkdir()
    folder.clear(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("more", [[], ["--reset"]])
def test_a_folder_with_other_things_is_refused(tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "letter.txt").write_text("大切な手紙")
    done = tomoni("demo", "--data", tmp_path, "--build-only", *more, code=1)
    assert "見本ではないもの" in done.stderr
    assert done.stderr.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_accounts_outside_the_demo(data: Path) -> None:
    done = tomoni("demo-accounts", "--json", "--data", data, code=1)
    assert done.stdout == ""
    assert "見本の町のデータではありません" in done.stderr


def test_four_people_with_long_passwords() -> None:
    assert [p.role for p in PEOPLE] == ["clerk", "dx", "manager", "resident"]
    assert all(len(p.password) >= 12 for p in PEOPLE)
