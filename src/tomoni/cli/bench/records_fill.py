"""Fills the scratch town of `tomoni bench records` (in a process of its own): an app of 7 columns, a typed
import, rights on records for a person in 253 departments."""

from __future__ import annotations

import csv
import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

APP = "bench-inquiries"
BULK = "bench-bulk"
DEPARTMENTS = 253
PART = 100_000  # rows a call
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
    """`records_fill FOLDER ROWS ROUNDS`: writes `bench.json` with what was measured and what the server needs."""
    from tomoni.cli import town

    data, count, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    town.load(data)
    town.setup_django()
    with (data / "rows.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADS)
        writer.writerows(rows(count))
    (data / "bench.json").write_text(json.dumps(fill(data, count, rounds)), encoding="utf-8")
    return 0


def fill(data: Path, count: int, rounds: int) -> dict[str, Any]:
    """The town, its apps, the import with its time, the floors, and a token of the person in 253 departments."""
    from django.db import connection

    from tomoni.cli.bench import records_floor
    from tomoni.demo.steps import database, loop, people
    from tomoni.people.actions.tokens import create_token
    from tomoni.records import facade

    database.migrate()
    people.fill()
    dx = loop.actor_of("dx")
    number = [_app(dx, code) for code in (APP, BULK)][1]
    spent, processor = _import(dx, data / "rows.csv", count)
    indexed = _index()
    connection.cursor().execute("ANALYZE")
    _permissions(dx)
    clerk = loop.actor_of("clerk")
    token = create_token(actor=clerk, label="bench", scopes=["view", "add", "edit"], days=1)
    known = {
        "token": token, "bulk": number, "import": spent, "import_cpu": processor, "index": indexed,
        "departments": len(clerk.departments), "rules": len(facade.schema(code=APP).record_rights),
        **records_floor.measure(data, clerk, count, rounds),
    }  # fmt: skip
    connection.close()
    return known


def _app(dx: Any, code: str) -> int:
    from tomoni.records import facade
    from tomoni.records.schema.spec import AppSpec, FieldSpec, RightSpec

    kinds = ("text", "multiline", "text", "choice", "number", "date", "text")
    options: dict[str, Any] = {"区分": {"choices": list(CHOICES)}, "件数": {"min": 0, "digits": 0}}
    fields = tuple(
        FieldSpec(code=head, type=kind, label=head, required=head == "件名", options=options.get(head, {}))
        for head, kind in zip(HEADS, kinds, strict=True)
    )
    rights = (RightSpec("staff", ("view", "add", "edit", "delete", "import", "export")),)
    return int(
        facade.create_app(actor=dx, spec=AppSpec(code=code, name=code, fields=fields, rights=rights)).id
    )


def _import(dx: Any, path: Path, count: int) -> tuple[float, float]:
    """Seconds and processor seconds of the typed, validated import of the file."""
    from tomoni.records import facade

    begun, busy, created = perf_counter(), process_time(), 0
    with path.open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        while part := list(islice(reader, PART)):
            created += len(facade.create_records(actor=dx, app=APP, rows=part).created)
    if created != count:
        raise RuntimeError(f"{count - created} rows were refused")
    return perf_counter() - begun, process_time() - busy


def _index() -> float:
    """Seconds that the search index takes behind the import."""
    from tomoni.records import facade, search

    begun = perf_counter()
    while search.waiting() and search.catch_up(facade.schema(code=APP)):
        continue
    return perf_counter() - begun


def _permissions(dx: Any) -> None:
    """253 sections with the clerk in each, who are named in the rules on records, two in a rule."""
    from tomoni.core import clock
    from tomoni.demo.steps import loop
    from tomoni.people.models import Department, DepartmentVersion, Membership
    from tomoni.records.actions.set_rights import set_rights
    from tomoni.records.schema.spec import RecordRightSpec, RightSpec

    person, today = loop.actor_of("clerk").id or 0, clock.today()
    made = Department.objects.bulk_create(Department(code=f"bench-{n}") for n in range(DEPARTMENTS))
    DepartmentVersion.objects.bulk_create(
        DepartmentVersion(department=d, name=d.code, level="section", valid_from=today) for d in made
    )
    Membership.objects.bulk_create(
        Membership(user_id=person, department=d, valid_from=today, is_primary=False) for d in made
    )
    rules = tuple(
        RecordRightSpec(
            f'区分 in ("{CHOICES[n % len(CHOICES)]}")',
            tuple(RightSpec(f"department:{d.code}", ("view", "edit")) for d in made[2 * n : 2 * n + 2]),
        )
        for n in range((DEPARTMENTS + 1) // 2)
    )
    set_rights(actor=dx, app=APP, record_rights=rules)


if __name__ == "__main__":
    sys.exit(main())
