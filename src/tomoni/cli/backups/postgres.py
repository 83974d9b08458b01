"""PostgreSQL: `pg_dump` where a fitting one is installed, otherwise our own dump by catalogue and COPY.

Both read one snapshot. Our own form holds `schema.sql` (tables), `<n>.copy` (rows) and `after.sql`
(constraints, indexes, triggers, sequences); it covers what Tomoni makes, in one schema.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg import sql

DUMP = "database.pgdump"


class DatabaseFailed(Exception):
    """A database tool or the server refused; the text is its first line."""


def connect(url: str) -> psycopg.Connection[Any]:
    """Open a connection; raises `DatabaseFailed` in one line."""
    try:
        return psycopg.connect(url, autocommit=True)
    except psycopg.Error as error:
        raise DatabaseFailed(str(error).strip().splitlines()[0]) from error


def libpq_env(url: str) -> dict[str, str]:
    """The URL as libpq's variables, so that no password appears in the list of processes."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    found = {
        "PGHOST": query.get("host") or parts.hostname or "",
        "PGPORT": str(parts.port or query.get("port", "")),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGSSLMODE": query.get("sslmode", ""),
    }
    return {name: value for name, value in found.items() if value}


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Ordinary tables of the current schema."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 1"
    )
    return [row[0] for row in rows.fetchall()]


def counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of each table."""
    found = {}
    for name in tables(connection):
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        found[name] = int(row[0]) if row else 0
    return found


def tool(name: str, server: int) -> str | None:
    """A PostgreSQL program at least as new as the server (its major version), if installed."""
    path = shutil.which(name)
    if path is None:
        return None
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"(\d+)(\.\d+)?", said)
    return path if version and int(version.group(1)) >= server else None


def snapshot(url: str, folder: Path, *, own: bool = False) -> tuple[dict[str, int], str]:
    """Write a dump into `folder`; returns the rows of each table and the form used (pgdump or copy)."""
    with connect(url) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = counts(connection)
        program = None if own else tool("pg_dump", connection.info.server_version // 10000)
        if program:
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            command = [
                program,
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={row[0] if row else ''}",
            ]
            _run([*command, f"--file={folder / DUMP}"], url)
            return found, "pgdump"
        _copy_out(connection, folder, list(found))
        return found, "copy"


def _run(command: list[str], url: str) -> None:
    done = subprocess.run(
        command, env=os.environ | libpq_env(url), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DatabaseFailed(next(iter(done.stderr.strip().splitlines()), command[0]))


def _copy_out(connection: psycopg.Connection[Any], folder: Path, names: list[str]) -> None:
    (folder / "schema.sql").write_text(
        json.dumps(list(_create_tables(connection, names)), ensure_ascii=False)
    )
    (folder / "after.sql").write_text(json.dumps(list(_after(connection)), ensure_ascii=False))
    for number, name in enumerate(names):
        columns = sql.SQL(", ").join(map(sql.Identifier, _plain_columns(connection, name)))
        query = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(name), columns)
        with (folder / f"{number}.copy").open("wb") as target, connection.cursor().copy(query) as rows:
            for part in rows:
                target.write(part)
    order = {name: list(_plain_columns(connection, name)) for name in names}
    (folder / "order.json").write_text(json.dumps(order, ensure_ascii=False))


_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
       pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = quote_ident(%s)::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


def _plain_columns(connection: psycopg.Connection[Any], name: str) -> list[str]:
    return [row[0] for row in connection.execute(_COLUMNS, (name,)).fetchall() if not row[4]]


def _create_tables(connection: psycopg.Connection[Any], names: list[str]) -> Iterator[str]:
    for (definition,) in connection.execute(
        "SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'"
    ).fetchall():
        yield definition
    for name in names:
        columns = []
        for column, kind, required, identity, generated, default in connection.execute(
            _COLUMNS, (name,)
        ).fetchall():
            text = f"{_quoted(column)} {kind}"
            if generated:
                text += f" GENERATED ALWAYS AS ({default}) STORED"
            elif identity:
                text += f" GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY"
            elif default is not None:
                text += f" DEFAULT {default}"
            columns.append(text + (" NOT NULL" if required else ""))
        yield f"CREATE TABLE {_quoted(name)} ({', '.join(columns)})"


def _after(connection: psycopg.Connection[Any]) -> Iterator[str]:
    for table, name, definition in connection.execute(
        "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND k.contype IN ('p', 'u', 'c', 'f', 'x')"
        " ORDER BY CASE k.contype WHEN 'p' THEN 0 WHEN 'u' THEN 1 WHEN 'f' THEN 3 ELSE 2 END, 1, 2"
    ).fetchall():
        yield f"ALTER TABLE {_quoted(table)} ADD CONSTRAINT {_quoted(name)} {definition}"
    for (definition,) in connection.execute(
        "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE c.relnamespace = current_schema()::regnamespace"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) ORDER BY c.relname"
    ).fetchall():
        yield definition
    for (definition,) in connection.execute(
        "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal ORDER BY t.tgname"
    ).fetchall():
        yield definition
    for table, column in connection.execute(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attidentity <> '' AND NOT a.attisdropped ORDER BY 1"
    ).fetchall():
        (last, called) = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(_sequence(connection, table, column))
        ).fetchone() or (1, False)
        target = f"pg_get_serial_sequence('{_quoted(table)}', '{column}')"
        yield f"SELECT setval({target}, {int(last)}, {'true' if called else 'false'})"


def _sequence(connection: psycopg.Connection[Any], table: str, column: str) -> sql.Composable:
    row = connection.execute("SELECT pg_get_serial_sequence(quote_ident(%s), %s)", (table, column)).fetchone()
    return sql.SQL(row[0] if row else "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def load(url: str, folder: Path, form: str) -> dict[str, int]:
    """Restore a dump into an empty database, all or nothing; returns the rows of each table."""
    with connect(url) as connection:
        if tables(connection):
            raise DatabaseFailed("the database is not empty")
        if form == "pgdump":
            program = tool("pg_restore", 0)
            if program is None:
                raise DatabaseFailed("pg_restore is not installed (postgresql-client)")
            command = [program, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
            _run([*command, f"--dbname={libpq_env(url).get('PGDATABASE', '')}", str(folder / DUMP)], url)
        else:
            _copy_in(connection, folder)
        return counts(connection)


def _copy_in(connection: psycopg.Connection[Any], folder: Path) -> None:
    order: dict[str, list[str]] = json.loads((folder / "order.json").read_text())
    with connection.transaction():
        connection.execute("SET LOCAL check_function_bodies = off")
        for statement in json.loads((folder / "schema.sql").read_text()):
            connection.execute(statement)
        for number, (name, columns) in enumerate(order.items()):
            listed = sql.SQL(", ").join(map(sql.Identifier, columns))
            query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), listed)
            with (folder / f"{number}.copy").open("rb") as source, connection.cursor().copy(query) as rows:
                while part := source.read(1024 * 1024):
                    rows.write(part)
        for statement in json.loads((folder / "after.sql").read_text()):
            connection.execute(statement)
