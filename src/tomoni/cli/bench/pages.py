"""`tomoni bench pages`: list, record, resident's form and work map over 10,000 records and survey rows.

A scratch town on SQLite with the real server; the floor is the same data by bare SQL in this process.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tomoni.cli import town
from tomoni.cli.bench.figures import Figure, timed, two
from tomoni.cli.bench.web import Visitor, serving
from tomoni.cli.commands.serve import free_port
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _
from tomoni.demo.accounts import PEOPLE

WARM = 5
RECORDS = 10_000


def run(options: argparse.Namespace) -> list[Figure]:
    """Prepare, serve, measure."""
    rounds = max(1, options.rounds)
    with tempfile.TemporaryDirectory(prefix="tomoni-bench-") as scratch:
        data = Path(scratch) / "data"
        data.mkdir(mode=0o700)
        town.write_env_file(
            data / town.ENV_FILE,
            {
                "TOMONI_SECRET_KEY": town.new_secret(),
                "TOMONI_STAFF_MFA": "false",
                "TOMONI_TRUSTED_PROXIES": "1",
            },
        )
        known = prepare("prepare", data, max(1, options.records or RECORDS), rounds + WARM)
        floor = _floor(data, known, rounds)
        port = free_port()
        with serving(data, port):
            return _measure(port, known, rounds, floor)


def prepare(module: str, data: Path, *arguments: int) -> dict[str, Any]:
    """Fill a scratch town by a module of this folder in a process of its own; returns what it noted."""
    print(
        _("測るための町を用意しています（{records} 件）…").format(records=f"{arguments[0]:,}"),
        file=sys.stderr,
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith(("TOMONI_", "DJANGO_"))}
    command = [sys.executable, "-m", f"tomoni.cli.bench.{module}", str(data), *map(str, arguments)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = next(iter(done.stderr.strip().splitlines()[-1:]), "")
        raise CommandError(_("測るための町を用意できませんでした: {reason}").format(reason=reason))
    found: dict[str, Any] = json.loads((data / "bench.json").read_text(encoding="utf-8"))
    return found


def _measure(port: int, known: dict[str, Any], rounds: int, floor: dict[str, list[float]]) -> list[Figure]:
    staff = _signed_in(port, "dx")
    app, slug, tokens = known["app"], known["slug"], known["tokens"]
    figures: list[Figure] = []
    for name, path, targets in (
        ("list", f"/build/apps/{app}/?view={quote('すべて')}", (60.0, 120.0)),
        ("record", f"/build/apps/{app}/{known['record']}/", (60.0, 120.0)),
        ("work_map", "/see/hours/", (120.0, 250.0)),
    ):
        figures += two(name, timed(rounds, partial(_visit, staff, path)), targets=targets, floor=floor[name])
    pages = [
        (Visitor(port, f"203.0.113.{n % 250}"), f"/f/{slug}/{token}/check/") for n, token in enumerate(tokens)
    ]
    looked = [(visitor, path, visitor.get(path)) for visitor, path in pages]

    def send(number: int) -> None:
        visitor, path, page = looked[number + WARM]
        visitor.post(path, {"consent": "yes"}, page)

    figures += two(
        "form_submit", timed(rounds, send, warm=WARM), targets=(80.0, 160.0), floor=floor["form_submit"]
    )
    return figures


def _visit(visitor: Visitor, path: str, _number: int) -> None:
    visitor.get(path)


def _read(db: sqlite3.Connection, query: str, _number: int) -> None:
    db.execute(query).fetchall()


def _signed_in(port: int, login: str) -> Visitor:
    person = next(p for p in PEOPLE if p.login == login)
    visitor = Visitor(port)
    page = visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", {"login": person.login, "password": person.password}, page)
    return visitor


def _floor(data: Path, known: dict[str, Any], rounds: int) -> dict[str, list[float]]:
    """The same data by bare SQL on one open connection: no server, no rights, no page."""
    table = known["table"]
    with closing(sqlite3.connect(data / "tomoni.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute(
            "CREATE TABLE bench_floor (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT, g TEXT, h TEXT)"
        )
        reads = {
            "list": f'SELECT * FROM "{table}" WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 51',  # noqa: S608
            "record": f'SELECT * FROM "{table}" WHERE id = {int(known["record"])}',  # noqa: S608
            "work_map": "SELECT section_key, kind, sum(minutes), count(*) FROM workload_surveyrow GROUP BY section_key, kind",
        }
        found = {name: timed(rounds, partial(_read, db, query)) for name, query in reads.items()}

        def write(_number: int) -> None:
            db.execute("BEGIN IMMEDIATE")
            db.execute(
                "INSERT INTO bench_floor (a, b, c, d, e, f, g, h) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ("x" * 20,) * 8,
            )
            db.execute("COMMIT")

        found["form_submit"] = timed(rounds, write)
        db.execute("DROP TABLE bench_floor")
    return found
