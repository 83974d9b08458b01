"""The demo town: made once, left alone afterwards, lived in."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from town_tools import Served, tomoni

from tomoni.cli.bench.web import Visitor
from tomoni.cli.errors import CommandError
from tomoni.demo import folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo in a folder that was there already, empty."""
    data = tmp_path_factory.mktemp("demo")
    said = tomoni(
        "demo", "--data", data, "--build-only", TOMONI_DATABASE_URL="postgresql://nowhere/never"
    ).stdout
    assert (
        said.count("…") >= 5
    )  # a progress line for each step; a database set for a real town is not touched
    return data


@pytest.fixture(scope="module")
def served(demo: Path) -> Iterator[Served]:
    server = Served(demo)
    yield server
    server.stop()


def count(data: Path, query: str) -> int:
    with closing(sqlite3.connect(data / "tomoni.sqlite3", timeout=30)) as db:
        return int(db.execute(query).fetchone()[0])


def digest(data: Path) -> dict[str, str]:
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(data.rglob("*")) if p.is_file()
    }


def test_a_second_start_leaves_everything_as_it_was(demo: Path) -> None:
    before = digest(demo)
    assert tomoni("demo", "--data", demo, "--build-only").stdout == ""
    assert digest(demo) == before
    assert not list(demo.glob(".tomoni-demo*"))
    assert folder.state(demo) == "demo"


def test_it_is_lived_in(demo: Path) -> None:
    assert count(demo, "SELECT count(*) FROM people_departmentversion WHERE level = 'section'") >= 10
    assert count(demo, "SELECT count(*) FROM workload_surveyrow") > 200
    assert count(demo, "SELECT count(*) FROM procedures_submission") >= 100
    assert count(demo, "SELECT count(*) FROM r_1 WHERE status = '完了'") >= 80
    assert count(demo, "SELECT count(*) FROM participation_answer") >= 30
    assert count(demo, "SELECT count(*) FROM core_mail") >= 50
    assert count(demo, "SELECT count(*) FROM core_delivery WHERE state <> 'done'") == 0
    assert "つながっています" in tomoni("verify-audit", "--data", demo).stdout


def test_the_four_people_sign_in(demo: Path, served: Served) -> None:
    people = json.loads(tomoni("demo-accounts", "--json", "--data", demo).stdout)
    assert [set(p) for p in people] == [{"login", "password", "role"}] * 4
    for person in people:
        visitor = Visitor(served.port)
        page = visitor.get("/accounts/login/")
        visitor.post("/accounts/login/", {"login": person["login"], "password": person["password"]}, page)
        assert "ともに市" in visitor.get("/")


def test_demo_passwords_do_not_work_without_the_mark(demo: Path, served: Served) -> None:
    person = json.loads(tomoni("demo-accounts", "--json", "--data", demo).stdout)[0]
    with closing(sqlite3.connect(demo / "tomoni.sqlite3", timeout=30)) as db:
        db.execute("UPDATE core_town SET demo = 0")
        db.commit()
        try:
            visitor = Visitor(served.port)
            page = visitor.get("/accounts/login/")
            visitor.post("/accounts/login/", {"login": person["login"], "password": person["password"]}, page)
            with pytest.raises(CommandError, match="302"):
                visitor.get("/me/")
            said = tomoni("demo-accounts", "--data", demo, code=1).stderr
            assert "見本の町のデータではありません" in said
        finally:
            db.execute("UPDATE core_town SET demo = 1")
            db.commit()


def test_it_can_be_backed_up_and_restored_with_its_files(demo: Path, tmp_path: Path) -> None:
    tomoni("backup", "--data", demo, "--to", tmp_path / "b.tomoni")
    tomoni("restore", tmp_path / "b.tomoni", "--data", tmp_path / "restored")
    for part in ("files", "mail"):
        assert digest(tmp_path / "restored" / part) == digest(demo / part)
        assert digest(demo / part)
