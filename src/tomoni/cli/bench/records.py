"""`tomoni bench records`: one app of 7 columns and 100,000 rows, as the peers were measured.

Insert, list, filter and search go through the API of the real server with a token; the import is typed and checked.
The floor is bare SQL on the same rows in this process.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sqlite3
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tomoni.cli import town
from tomoni.cli.bench.figures import Figure, percentile, timed
from tomoni.cli.bench.pages import prepare
from tomoni.cli.bench.records_fill import APP
from tomoni.cli.bench.web import serving, tree_memory
from tomoni.cli.commands.serve import free_port
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _

PEERS = 100_000
QUERIES = {
    "list_100": "",
    "filter_sort": '区分 in ("電話") and 件数 >= 5000 order by 受付日 desc',
    "contains": '内容 like "減免猶予"',
    "contains_two": '内容 like "猶予"',
}
FLOORS = {
    "list_100": "SELECT * FROM r ORDER BY id DESC LIMIT 101",
    "filter_sort": "SELECT * FROM r WHERE d = '電話' AND e >= 5000 ORDER BY f DESC, id DESC LIMIT 101",
    "contains": "SELECT * FROM r WHERE instr(b, '減免猶予') > 0 ORDER BY id DESC LIMIT 101",
    "contains_two": "SELECT * FROM r WHERE instr(b, '猶予') > 0 ORDER BY id DESC LIMIT 101",
}
TARGETS = {"list_100": 8.0, "filter_sort": 15.0, "contains": 10.0, "contains_two": 10.0}


def run(options: argparse.Namespace) -> list[Figure]:
    """Prepare, serve, measure. `--records` below 100,000 makes a quick run that says nothing about the targets."""
    rounds = max(1, options.rounds)
    count = PEERS if options.records is None else max(200, options.records)
    with tempfile.TemporaryDirectory(prefix="tomoni-bench-") as scratch:
        data = Path(scratch) / "data"
        data.mkdir(mode=0o700)
        town.write_env_file(data / town.ENV_FILE, {"TOMONI_SECRET_KEY": town.new_secret()})
        known = prepare("records_fill", data, count)
        port = free_port()
        with serving(data, port) as process:
            client = Client(port, known["token"])
            figures = _measure(client, data, rounds, count)
            memory = tree_memory(process.pid)
    return [
        *figures,
        Figure(f"import_{count}", "s", round(known["import"], 2), 5.0, round(known["import_floor"], 3)),
        Figure("memory", "MB", round(memory, 1), 200.0, None),
    ]


class Client:
    """Calls the API with a token over one connection."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, body: Any = None, **parameters: Any) -> dict[str, Any]:
        """One call; anything but success ends the benchmark."""
        path = f"/api/v1/apps/{APP}/records?{urlencode(parameters)}"
        self.connection.request(method, path, None if body is None else json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise CommandError(_("{path} が {status} を返しました。").format(path=path, status=answer.status))
        found: dict[str, Any] = json.loads(text)
        return found


def _measure(client: Client, data: Path, rounds: int, count: int) -> list[Figure]:
    figures = []
    with closing(sqlite3.connect(data / "floor.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=FULL")
        for name, query in QUERIES.items():
            got = timed(rounds, lambda _n, q=query: client.ask("GET", query=q, limit=100))  # type: ignore[misc]
            figures.append(_median(name, got, TARGETS[name], timed(rounds, partial(_read, db, FLOORS[name]))))
        after = _cursor_near_end(client, count)
        got = timed(rounds, lambda _n: client.ask("GET", limit=100, after=after))
        deep = f"SELECT * FROM r WHERE id < {count // 10} ORDER BY id DESC LIMIT 101"  # noqa: S608 - a number
        figures.append(_median("list_end", got, 8.0, timed(rounds, partial(_read, db, deep))))
        values = {
            "件名": "税の証明",
            "内容": "窓口で受付",
            "氏名": "佐藤花子",
            "区分": "窓口",
            "件数": "1",
            "受付日": "2026-04-01",
        }
        got = timed(rounds, lambda _n: client.ask("POST", {"values": values}))
        figures.insert(0, _median("insert_one", got, 5.0, timed(rounds, partial(_write, db))))
    return figures


def _median(name: str, values: list[float], target: float, floor: list[float]) -> Figure:
    return Figure(
        f"{name}_p50", "ms", round(percentile(values, 0.5), 2), target, round(percentile(floor, 0.5), 3)
    )


def _cursor_near_end(client: Client, count: int) -> str:
    """Turn the pages until nine tenths are behind; the cursor is what a person's link would hold."""
    after, passed = "", 0
    while passed < count * 9 // 10:
        page = client.ask("GET", limit=500, fields="区分", count=0, after=after)
        passed += len(page["records"])
        after = page["next"] or after
    return after


def _read(db: sqlite3.Connection, query: str, _number: int) -> None:
    db.execute(query).fetchall()


def _write(db: sqlite3.Connection, _number: int) -> None:
    db.execute("BEGIN IMMEDIATE")
    db.execute(
        "INSERT INTO r (a, b, c, d, e, f, g) VALUES ('税の証明', '窓口で受付', '佐藤花子', '窓口', 1, '2026-04-01', '')"
    )
    db.execute("COMMIT")
