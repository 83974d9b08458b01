"""Fills the scratch town of `tomoni bench pages` (in a process of its own): records, survey rows, ready drafts."""

from __future__ import annotations

import json
import random
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

BASE = 200
COPIED = ("r_{app}", "r_{app}_m", "records_statelog")


def main() -> int:
    """`prepare FOLDER RECORDS DRAFTS`: writes `bench.json` with what the measurements need."""
    from tomoni.cli import town

    data, records, drafts = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    town.load(data)
    town.setup_django()
    (data / "bench.json").write_text(json.dumps(fill(records, drafts)), encoding="utf-8")
    connection.close()
    return 0


def fill(records: int, drafts: int) -> dict[str, Any]:
    """A town with one app and its form; returns the app's code, its table and the drafts' tokens."""
    from tomoni.core import jobs, outbox
    from tomoni.demo.steps import database, loop, people
    from tomoni.kits import facade as kits
    from tomoni.procedures import facade as procedures
    from tomoni.procedures.actions.publish_form import publish_form

    database.migrate()
    people.fill()
    loop.survey()
    dx = loop.actor_of("dx")
    app = kits.install(actor=dx, code=loop.KIT, app_code=loop.APP, department_code="kenko")
    form = procedures.form_for_app(app)
    if form is None:
        raise RuntimeError("the kit brought no form")
    form = publish_form(actor=dx, form=form)
    answers = _answers(app)
    with transaction.atomic():
        base = _records(app, answers, min(BASE, records))
        _multiply(app, base, records)
        _multiply_survey(records)
        tokens = [_draft(form, answers[n % len(answers)]) for n in range(drafts)]
    while outbox.drain() + jobs.drain():
        continue
    connection.cursor().execute("ANALYZE")
    return {"app": app, "table": f"r_{_app_id(app)}", "record": base[-1], "slug": form.slug, "tokens": tokens}


def _app_id(app: str) -> int:
    from tomoni.records import facade as records

    return int(records.schema(code=app).id)


def _answers(app: str) -> list[dict[str, Any]]:
    """Answers of invented families, spread over many slots with room for all."""
    from tomoni.core import clock
    from tomoni.demo import names
    from tomoni.demo.steps import loop
    from tomoni.records import facade as records

    dice, first = random.Random(1), clock.now().replace(minute=0, second=0, microsecond=0)  # noqa: S311
    slots = [first + timedelta(days=5, hours=n) for n in range(40)]
    new = [records.SlotSpec(at, at + timedelta(hours=1), 100_000, "") for at in slots]
    records.add_slots(actor=loop.actor_of("dx"), app=app, field=loop.SLOT, slots=new)
    found = []
    for number in range(BASE):
        family = names.family(dice, clock.today())
        found.append(
            {
                "保護者の氏名": family.parent,
                "保護者のふりがな": family.reading,
                "お子さんの氏名": family.child,
                "お子さんの生年月日": family.born.isoformat(),
                "電話番号": family.telephone,
                "相談したいこと": ["むし歯"],
                loop.SLOT: slots[number % len(slots)].isoformat(),
                "連絡の方法": "電話",
            }
        )
    return found


def _records(app: str, answers: list[dict[str, Any]], count: int) -> list[int]:
    from tomoni.demo.steps import loop
    from tomoni.records import facade as records

    clerk = loop.actor_of("clerk")
    return [
        records.create_record(actor=clerk, app=app, values=answers[n], source="import").id
        for n in range(count)
    ]


def _multiply(app: str, base: list[int], wanted: int) -> None:
    """Copy the records in the database until there are enough, with their parts, states and search index."""
    from tomoni.records import facade as records
    from tomoni.records import search

    number, size = _app_id(app), len(base)
    schema = records.schema(code=app)
    folds = [f"c_{f.id}_fold" for f in search.searched(schema) if f.id]
    with connection.cursor() as cursor:
        columns = {name: _columns(cursor, name) for name in (part.format(app=number) for part in COPIED)}
        for offset in range(size, wanted, size):
            limit = base[0] + min(size, wanted - offset)
            for table, names in columns.items():
                key = "id" if table == f"r_{number}" else "record"
                kept = [n for n in names if n != key and (key == "id" or n != "id")]
                listed = ", ".join(f'"{n}"' for n in kept)
                where = f"{key} < {limit} AND {key} >= {base[0]}" + (
                    f" AND app_id = {number}" if "app_id" in names else ""
                )
                cursor.execute(  # names come from our own catalogue
                    f'INSERT INTO "{table}" ({key}, {listed}) SELECT {key} + {offset}, {listed} FROM "{table}" WHERE {where}'  # noqa: S608
                )
        cursor.execute("UPDATE records_counter SET next = %s WHERE app_id = %s", [base[0] + wanted, number])
        if folds:
            listed = ", ".join(f'"{n}"' for n in folds)
            cursor.execute(f'SELECT id, {listed} FROM "r_{number}" WHERE id >= %s', [base[0] + size])  # noqa: S608
            search.add(number, [(row[0], search.index_text(row[1:])) for row in cursor.fetchall()])


def _columns(cursor: Any, table: str) -> list[str]:
    return [c.name for c in connection.introspection.get_table_description(cursor, table)]


def _multiply_survey(wanted: int) -> None:
    """Copy survey rows until there are enough."""
    from tomoni.workload.models import SurveyRow

    base = list(SurveyRow.objects.order_by("pk"))
    missing = max(0, wanted - len(base))
    copies: list[SurveyRow] = []
    for number in range(missing if base else 0):
        row = SurveyRow.objects.model(
            **{f.attname: getattr(base[number % len(base)], f.attname) for f in SurveyRow._meta.fields}
        )
        row.pk, row.line = None, row.line + 10_000 * (1 + number // len(base))
        copies.append(row)
    SurveyRow.objects.bulk_create(copies, batch_size=500)


def _draft(form: Any, answers: dict[str, Any]) -> str:
    """A filled-in draft that only needs to be sent."""
    from tomoni.procedures import access, secrets
    from tomoni.procedures.actions.save_answer import save_answer
    from tomoni.procedures.actions.start_draft import start_draft
    from tomoni.procedures.models import Draft

    actor = access.applicant(form)
    token = start_draft(actor=actor, form=form)
    draft = Draft.objects.get(token_digest=secrets.digest("draft", token))
    draft.form = form
    for code, answer in answers.items():
        save_answer(actor=actor, draft=draft, code=code, answer=answer)
    return token


if __name__ == "__main__":
    sys.exit(main())
