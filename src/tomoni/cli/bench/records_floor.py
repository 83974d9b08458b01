"""The floor of `tomoni bench records`: the SQL that the product runs, by `sqlite3` or `psycopg` alone, plus `orjson.dumps`.

Reads run the very statements (rights included) on the very tables. Inserts and the import go into a bare table with the same
durability: typed, but without checks, rights, history, search or audit.
"""

from __future__ import annotations

import csv
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

from tomoni.cli.bench.figures import timed

QUERIES = {
    "list_100": "",
    "sort": "order by 件数 asc",
    "filter_sort": '区分 in ("電話") and 件数 >= 5000 order by 受付日 desc',
    "contains": '内容 like "減免猶予"',
    "contains_two": '内容 like "猶予"',
}
COUNTED = '区分 in ("電話")'
_COLUMNS = "a TEXT, b TEXT, c TEXT, d TEXT, e INTEGER, f DATE, g TEXT"
_ROW = ("税の証明", "窓口で受付", "佐藤花子", "窓口", 1, "2026-04-01", "")

Statement = tuple[str, Sequence[Any]]


def offset_query(count: int) -> str:
    """The page at nine tenths of all records, by offset."""
    return f"order by $id desc limit 100 offset {count * 9 // 10}"


def measure(data: Path, clerk: Any, count: int, rounds: int) -> dict[str, Any]:
    """Milliseconds of each floor by name, the import's seconds, and the place of the seek page near the end."""
    from django.db import connection

    from tomoni.cli.bench.records_fill import APP
    from tomoni.records import facade

    def find(query: str, limit: int = 100, count: bool = False, after: str | None = None) -> Any:
        return facade.find(actor=clerk, app=APP, query=query, limit=limit, count=count, after=after)

    after = _near_end(find, count)
    asked: dict[str, Callable[[], Any]] = {
        **{name: (lambda q=query: find(q)) for name, query in QUERIES.items()},  # type: ignore[misc]
        "offset_far": lambda: find(offset_query(count)),
        "list_end": lambda: find("", after=after),
        "count": lambda: find(COUNTED, limit=1, count=True),
        "get": lambda: facade.get(actor=clerk, app=APP, record=count // 2),
    }
    table = f"r_{facade.schema(code=APP).id}"
    floors: dict[str, list[float]] = {}
    with closing(_open(connection)) as db:
        for name, ask in asked.items():
            statements = [_native(s, connection.vendor) for s in _captured(ask) if f'"{table}' in s[0]]
            floors[name] = timed(rounds, lambda _n, ss=statements: _read(db, ss))  # type: ignore[misc]
        spent = _import(db, connection.vendor, data / "rows.csv")
        mark = "%s" if connection.vendor == "postgresql" else "?"
        insert = f"INSERT INTO bench_floor (a, b, c, d, e, f, g) VALUES ({', '.join([mark] * 7)})"  # noqa: S608
        floors["insert"] = timed(rounds, lambda _n: _write(db, insert, _ROW))
        change = f"UPDATE bench_floor SET e = {mark} WHERE id = {mark}"  # noqa: S608 - a placeholder
        floors["update"] = timed(rounds, lambda n: _write(db, change, (n + 10, 1)))
    return {"after": after, "floors": floors, "import_floor": spent}


def _near_end(find: Callable[..., Any], count: int) -> str:
    """Turn the pages until nine tenths are behind; the cursor is what a person's link would hold."""
    after, passed = None, 0
    while passed < count * 9 // 10:
        page = find("", limit=500, after=after)
        passed += len(page.records)
        after = page.next or after
    return str(after or "")


def _captured(ask: Callable[[], Any]) -> list[Statement]:
    """The statements that a call runs."""
    from django.db import connection

    found: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return found


def _native(statement: Statement, vendor: str) -> Statement:
    sql, params = statement
    if vendor == "postgresql":
        return sql, params
    return sql.replace("%s", "?").replace("%%", "%"), params


def _open(connection: Any) -> Any:
    if connection.vendor == "postgresql":
        import psycopg

        return psycopg.connect(
            os.environ["TOMONI_DATABASE_URL"], autocommit=True, cursor_factory=psycopg.ClientCursor
        )
    db = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    db.execute("PRAGMA synchronous=FULL")
    return db


def _read(db: Any, statements: Sequence[Statement]) -> None:
    for sql, params in statements:
        rows = db.execute(sql, params).fetchall()
        orjson.dumps([list(row) for row in rows], default=str)


def _write(db: Any, sql: str, params: Sequence[Any]) -> None:
    db.execute("BEGIN")
    db.execute(sql, params)
    db.execute("COMMIT")


def _import(db: Any, vendor: str, path: Path) -> float:
    """The same file into the bare table, in one transaction: COPY, or executemany."""
    key = (
        "id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
        if vendor == "postgresql"
        else "id INTEGER PRIMARY KEY"
    )
    db.execute(f"CREATE TABLE bench_floor ({key}, {_COLUMNS})")
    begun = perf_counter()
    db.execute("BEGIN")
    with path.open(encoding="utf-8", newline="") as source:
        if vendor == "postgresql":
            head = "COPY bench_floor (a, b, c, d, e, f, g) FROM STDIN WITH (FORMAT csv, HEADER true)"
            with db.cursor().copy(head) as copy:
                while block := source.read(1 << 20):
                    copy.write(block)
        else:
            reader = csv.reader(source)
            next(reader)
            db.executemany(
                "INSERT INTO bench_floor (a, b, c, d, e, f, g) VALUES (?, ?, ?, ?, ?, ?, ?)", reader
            )
    db.execute("COMMIT")
    return perf_counter() - begun
