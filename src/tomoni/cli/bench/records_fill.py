"""Fills the scratch town of `tomoni bench records` (in a process of its own): one app of 7 columns, a typed import."""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

APP = "bench-inquiries"
HEADS = ("件名", "内容", "氏名", "区分", "件数", "受付日", "電話番号")
CHOICES = ("窓口", "電話", "郵送", "電子申請")
TOWNS = ("本町", "栄町", "緑が丘", "港南", "桜台", "中原", "旭町", "若葉")
MATTERS = ("児童手当の認定", "保育料の減免", "住所の変更", "税の証明", "予防接種の予約", "粗大ごみの収集")
NAMES = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "齋藤", "髙橋")
GIVEN = ("一郎", "花子", "健太", "美咲", "陽菜", "蓮", "結衣", "大輔")
RARE = "減免猶予"  # two of its characters stand in one row of 200


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Invented inquiries, the same at every run."""
    dice = random.Random(7)  # noqa: S311 - no secret
    first = date(2020, 4, 1)
    for number in range(count):
        matter = dice.choice(MATTERS)
        more = f"、{RARE}について" if number % 200 == 0 else ""
        yield (
            f"{matter}（{dice.choice(TOWNS)}{dice.randrange(1, 30)}番地）",
            f"{matter}を希望{more}。受付 {number}",
            f"{dice.choice(NAMES)}{dice.choice(GIVEN)}",
            dice.choice(CHOICES),
            str(dice.randrange(1, 10_000)),
            (first + timedelta(days=dice.randrange(2000))).isoformat(),
            f"0{dice.randrange(10, 99)}-{dice.randrange(1000, 9999)}-{dice.randrange(1000, 9999)}",
        )


def main() -> int:
    """`records_fill FOLDER ROWS`: writes `bench.json` with what was measured and what the server needs."""
    from tomoni.cli import town

    data, count = Path(sys.argv[1]), int(sys.argv[2])
    town.load(data)
    town.setup_django()
    with (data / "rows.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADS)
        writer.writerows(rows(count))
    (data / "bench.json").write_text(json.dumps(fill(data, count)), encoding="utf-8")
    return 0


def fill(data: Path, count: int) -> dict[str, Any]:
    """The town, its app, the import with its time, the floor's time, and a token."""
    from django.db import connection

    from tomoni.demo.steps import database, loop, people
    from tomoni.people.actions.tokens import create_token

    database.migrate()
    people.fill()
    dx = loop.actor_of("dx")
    _app(dx)
    spent = _import(dx, data / "rows.csv", count)
    token = create_token(actor=dx, label="bench", scopes=["view", "add", "edit"], days=1)
    connection.cursor().execute("ANALYZE")
    connection.close()
    return {"token": token, "import": spent, "import_floor": _floor(data)}


def _app(dx: Any) -> None:
    from tomoni.records import facade
    from tomoni.records.schema.spec import AppSpec, FieldSpec

    kinds = ("text", "multiline", "text", "choice", "number", "date", "text")
    options: dict[str, Any] = {"区分": {"choices": list(CHOICES)}, "件数": {"min": 0, "digits": 0}}
    fields = tuple(
        FieldSpec(code=head, type=kind, label=head, required=head == "件名", options=options.get(head, {}))
        for head, kind in zip(HEADS, kinds, strict=True)
    )
    facade.create_app(actor=dx, spec=AppSpec(code=APP, name="問い合わせ", fields=fields))


def _import(dx: Any, path: Path, count: int) -> float:
    from tomoni.records import facade

    begun = perf_counter()
    found = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    result = facade.create_records(actor=dx, app=APP, rows=found)
    spent = perf_counter() - begun
    if len(result.created) != count:
        raise RuntimeError(f"{len(result.errors)} rows were refused")
    return spent


def _floor(data: Path) -> float:
    """The same file into a bare table with the same durability: typed, but no check, index, search or audit."""
    begun = perf_counter()
    with closing(sqlite3.connect(data / "floor.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute(
            "CREATE TABLE r (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e INTEGER, f DATE, g TEXT)"
        )
        db.execute("BEGIN IMMEDIATE")
        with (data / "rows.csv").open(encoding="utf-8", newline="") as source:
            reader = csv.reader(source)
            next(reader)
            db.executemany("INSERT INTO r (a, b, c, d, e, f, g) VALUES (?, ?, ?, ?, ?, ?, ?)", reader)
        db.execute("COMMIT")
    return perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
