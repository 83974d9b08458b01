"""The procedure inventory and the sample files that the package carries."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tomoni.workload import inventory
from tomoni.workload.inventory import Filters, find
from tomoni.workload.samples import SAMPLES, sample_path

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_is_what_its_note_says() -> None:
    note = inventory.edition()
    rows = inventory.procedures()
    assert len(rows) == note["rows"] == 3674
    assert hashlib.sha256((inventory.DATA / "procedures.parquet").read_bytes()).hexdigest() == note["sha256"]
    assert sum(r.total is None for r in rows) == note["without_count"]
    assert sum(r.counter == "municipal" for r in rows) == note["municipal"]
    assert note["edition"] == "2025-07-29"
    assert len({r.id for r in rows}) == len(rows)


def test_two_characters_full_width_and_several_words_find() -> None:
    assert any("転入" in r.name for r in find(Filters(words="転入")))
    assert find(Filters(words="ＤＰ２４１０８２１６"))[0].id == "DP24108216"
    both = find(Filters(words="戸籍　死亡"))
    assert both
    assert all("戸籍" in r.folded and "死亡" in r.folded for r in both)
    assert find(Filters(words="ないないづくし")) == []


def test_sorting_puts_unknown_counts_last_and_never_as_zero() -> None:
    counts = [r.total for r in find(Filters())]
    known = [c for c in counts if c is not None]
    assert known == sorted(known, reverse=True)
    assert counts[len(known) :] == [None] * (len(counts) - len(known))
    assert 0 not in known
    online = [inventory.ONLINE_ORDER[r.online] for r in find(Filters(), "online")]
    assert online == sorted(online)


def test_filters_cut_down() -> None:
    assert all(r.online == "no" for r in find(Filters(online="no")))
    assert all("resident" in r.applicants for r in find(Filters(applicant="resident")))
    assert {r.law for r in find(Filters(law="戸籍法"))} == {"戸籍法"}
    assert all(r.total is not None for r in find(Filters(counted=True)))
    assert {r.counter for r in find(Filters(counter="unknown"))} == {"unknown"}


def test_online_share_is_unknown_without_a_count() -> None:
    assert inventory.by_id("9108").online_percent == 50
    without = next(r for r in inventory.procedures() if r.total is None)
    assert without.online_percent is None


def test_the_start_of_the_program_does_not_pay_for_the_table() -> None:
    code = (
        "import os,sys;os.environ.update(DJANGO_SETTINGS_MODULE='tomoni.config.settings',TOMONI_DATA='/tmp');"
        "import django;django.setup();import tomoni.workload.urls;"
        "print([m for m in ('polars','openpyxl.workbook') if m in sys.modules and m == 'polars'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_the_procedure_pages(client_as, db) -> None:
    client = client_as("clerk")
    page = client.get(
        "/see/procedures/", {"q": "転入", "sort": "online", "online": "no", "page": "999"}
    ).content.decode()
    assert "転入届出" in page
    assert "記載なし" in client.get("/see/procedures/", {"q": "ＤＰ", "page": "20"}).content.decode()
    for bad in ({"sort": "x'"}, {"online": "<script>"}, {"law": "'"}, {"page": "-5"}, {"q": "あ" * 5000}):
        answer = client.get("/see/procedures/", bad)
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode().replace("<script src", "")
    assert "123,490,614" in client.get("/see/procedures/9108/").content.decode()
    assert "デジタル庁" in page


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_samples_are_there_and_can_be_read(name) -> None:
    from tomoni.workload import preview, sheets

    kind = "paid" if name.startswith("paid") else "survey"
    with sample_path(name).open("rb") as file:
        table, _encoding = sheets.read_table(file, kind)
    found = preview.parse(table, kind, 2025, {})
    assert not found.refused
    if "template" in name:
        assert (len(found.rows), found.bad_lines) == (0, 0)
    elif "dirty" in name:
        assert found.bad_lines >= 8
        assert len(found.rows) > 50
    else:
        assert found.bad_lines == 0


def test_the_clean_sample_is_the_town_that_it_says() -> None:
    from tomoni.engines.workload.totals import Entry, PaidEntry, permille, work_map
    from tomoni.workload import preview, sheets

    with sample_path("survey_clean.xlsx").open("rb") as file:
        rows = preview.parse(sheets.read_table(file)[0], "survey", 2025, {}).rows
    with sample_path("paid_hours.csv").open("rb") as file:
        paid = preview.parse(sheets.read_table(file, "paid")[0], "paid", 2025, {}).rows
    whole = work_map(
        [Entry(r.division, r.section, r.kind, r.minutes, r.doer) for r in rows],
        [PaidEntry(p.section, p.minutes, p.division, p.doer) for p in paid],
    )
    assert 480 <= permille(whole.group("clerical"), whole.minutes) <= 520
    judgement = sum(whole.by_kind[k] for k in ("consult", "examine", "visit", "plan"))
    assert judgement * 5 < whole.minutes
    assert 570 <= whole.coverage.permille <= 590
    assert sum(p.heads for p in paid) == 390
    assert sum(p.heads for p in paid if p.doer == "regular") == 284
    assert 12 <= len(whole.sections) <= 14
    kit = [r for r in rows if r.task_id == "std-0731"]
    assert [(r.step, r.kind, r.count, r.each_seconds) for r in kit] == [
        ("受付", "receive", 1150, 480),
        ("確認", "check", 1150, 300),
        ("入力", "input", 1150, 360),
        ("通知", "issue", 1150, 240),
    ]
    assert {(r.section, r.task_name) for r in kit} == {("健康推進課", "乳幼児歯科相談の受付")}


def test_the_samples_are_written_the_same_every_time(tmp_path) -> None:
    subprocess.run(
        [sys.executable, str(ROOT / "tools" / "make_sample_survey.py"), str(tmp_path)],
        check=True,
        capture_output=True,
    )
    for name in SAMPLES:
        assert (tmp_path / name).read_bytes() == sample_path(name).read_bytes(), name


def test_the_note_is_json_with_source_and_rule() -> None:
    note = json.loads((inventory.DATA / "procedures.json").read_text(encoding="utf-8"))
    assert {"publisher", "title", "url", "edition", "rule", "counts", "terms", "input"} <= set(note)
