"""SQLite: a consistent copy by the online backup API while the town goes on working."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def snapshot(database: Path, target: Path) -> dict[str, int]:
    """Copy the database to `target`; returns the number of rows of each table."""
    with closing(sqlite3.connect(database, timeout=60)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        return counts(copy)


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Rows of each ordinary table (shadow tables of the full-text index are left out)."""
    names = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema='main' AND type='table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for (name,) in names.fetchall()
    }


def check(database: Path) -> tuple[dict[str, int], str]:
    """Rows of each table and what SQLite's own check says ("ok" if all is well)."""
    with closing(sqlite3.connect(database)) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        return counts(connection), str(verdict)
