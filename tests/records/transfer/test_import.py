"""Imports: understood, mapped, all or nothing or the good rows, by key, undone, broken off."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest

from tomoni.core import jobs
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.core.models import Job
from tomoni.people.queries import actor_for
from tomoni.records import facade
from tomoni.records.transfer import reading
from tomoni.records.transfer.actions import take_in
from tomoni.records.transfer.actions.undo_import import start_undo
from tomoni.records.transfer.actions.upload import start, upload
from tomoni.records.transfer.models import Import, Mapping

HEAD = "管理番号,品名,数量,購入日,区分\n"


def values(actor, query="order by $id asc"):
    page = facade.find(actor=actor("dx"), app="goods", query=query)
    return [(r.values["管理番号"], r.values["品名"]) for r in page.records]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_every_charset_is_understood(goods, actor, taken_in, charset):
    row = taken_in((HEAD + "A1,会議机,3,令和8年4月1日,机\n").encode(charset))
    assert (row.state, row.created, row.failed) == ("done", 1, 0)
    record = facade.find(actor=actor("dx"), app="goods").records[0]
    assert record.values["購入日"] == date(2026, 4, 1)
    assert reading.NAMES[row.charset] == {"cp932": "Shift_JIS", "utf-16": "UTF-16"}.get(charset, "UTF-8")


def test_a_workbook_is_read_with_dates_and_numbers(goods, actor, taken_in):
    book = openpyxl.Workbook()
    book.active.append(["管理番号", "品名", "数量", "購入日", "ほかの列"])
    book.active.append(["A1", "会議机", 3.0, datetime(2026, 4, 1), True])
    data = io.BytesIO()
    book.save(data)
    row = taken_in(data.getvalue(), name="備品.xlsx")
    assert (row.state, row.created) == ("done", 1)
    record = facade.find(actor=actor("dx"), app="goods").records[0]
    assert (str(record.values["数"]), record.values["購入日"]) == ("3", date(2026, 4, 1))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.4 xxx", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "xls"),
        ("管理番号,品名\n".encode(), "取り込む行がありません"),
        (b"\n\n \n", "空"),
        ("管理番号\n".encode() + b"\x81\xff\xfe\x80\n", "文字コード"),
    ],
)
def test_what_is_no_table_is_refused_in_words(goods, actor, data, words):
    with pytest.raises(Invalid) as caught:
        upload(actor=actor("clerk"), app="goods", file=io.BytesIO(data), name="x.csv")
    assert words in str(caught.value.errors["file"])
    assert not Import.objects.exists()


def test_a_broken_workbook_and_too_many_lines_are_refused(goods, actor, monkeypatch):
    monkeypatch.setattr(reading, "MOST_LINES", 3)
    with pytest.raises(Invalid):
        upload(actor=actor("clerk"), app="goods", file=io.BytesIO(b"PK\x03\x04" + b"x" * 99), name="x.xlsx")
    row = upload(
        actor=actor("clerk"), app="goods", file=io.BytesIO((HEAD + "A,b,1,,\n" * 9).encode()), name="x.csv"
    )
    start(actor=actor("clerk"), app="goods", number=row.pk, mapping=row.mapping, mode="insert")
    jobs.drain()
    row.refresh_from_db()
    assert row.state == "broken"
    assert "200,000行" in Job.objects.get(pk=row.job).error


def test_all_or_nothing_names_every_bad_line_and_takes_nothing(goods, actor, taken_in):
    text = HEAD + 'A1,机,1,,机\nA2,"2行\nの品名",x,,机\n\nA3,,1,,ソファ\nA1,また,1,,\n'
    row = taken_in(text)
    assert (row.state, row.created) == ("refused", 0)
    assert values(actor) == []
    found = {b.line: [e[1] for e in b.errors] for b in row.bad.all()}
    named = {line: sorted(codes) for line, codes in found.items()}
    assert named == {3: sorted(["品名", "数"]), 6: sorted(["区分", "品名"]), 7: ["管理番号"]}


def test_the_same_key_far_apart_in_the_file_refuses_it_whole(goods, actor, taken_in, monkeypatch):
    """Two lines of different batches: only the writing finds it, and takes everything back."""
    from tomoni.records.transfer import records

    monkeypatch.setattr(records, "BATCH", 2)
    row = taken_in(HEAD + "A1,a,,,\nA2,b,,,\nA3,c,,,\nA1,d,,,\n")
    assert (row.state, row.failed, row.created) == ("refused", 1, 0)
    assert values(actor) == []
    assert row.bad.get().line == 5
    assert not row.records.exists()


def test_good_rows_only(goods, actor, taken_in):
    row = taken_in(HEAD + "A1,机,1,,机\nA2,椅子,x,,\nA3,棚,2,,そのほか\n", policy="good")
    assert (row.state, row.created, row.failed) == ("done", 2, 1)
    assert values(actor) == [("A1", "机"), ("A3", "棚")]


def test_updating_by_key_changes_only_the_given_fields(goods, actor, taken_in):
    taken_in(HEAD + "A1,机,1,,机\nA2,椅子,2,,椅子\n")
    row = taken_in("管理番号,数量\nA1,5\nA2,2\nA9,1\n", mode="update", key="管理番号", policy="good")
    assert (row.updated, row.same, row.failed) == (1, 1, 1)
    record = facade.find(actor=actor("dx"), app="goods", query='管理番号 = "A1"').records[0]
    assert (str(record.values["数"]), record.values["品名"], record.revision) == ("5", "机", 2)


def test_mixed_by_key_and_by_number(goods, actor, taken_in):
    taken_in(HEAD + "A1,机,1,,机\n")
    row = taken_in("管理番号,品名\nA1,大きい机\nB1,棚\n", mode="mixed", key="管理番号")
    assert (row.created, row.updated) == (1, 1)
    row = taken_in("レコード番号,品名\n1,小さい机\n", mode="update", key="$id")
    assert row.updated == 1
    assert values(actor) == [("A1", "小さい机"), ("B1", "棚")]


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"mode": "update", "key": ""}, "key"),
        ({"mode": "update", "key": "品名"}, "key"),
        ({"mapping": ["管理番号", "管理番号", "", "", ""]}, "mapping"),
        ({"mapping": ["管理番号", "", "", "", ""]}, "mapping"),
        ({"mapping": ["作成者", "品名", "", "", ""]}, "mapping"),
        ({"mapping": [""] * 5}, "mapping"),
        ({"mode": "x"}, "mode"),
    ],
)
def test_mappings_that_cannot_be(goods, taken_in, how, code):
    with pytest.raises(Invalid) as caught:
        taken_in(HEAD + "A1,机,1,,机\n", **how)
    assert code in caught.value.errors


def test_a_mapping_is_remembered_for_the_same_headers(goods, actor, taken_in):
    text = "番号,名まえ\nA1,机\n"
    taken_in(text, mapping=["管理番号", "品名"])
    row = upload(actor=actor("clerk"), app="goods", file=io.BytesIO(text.encode()), name="x.csv")
    assert row.mapping == ["管理番号", "品名"]
    assert Mapping.objects.count() == 1


def test_undo_trashes_what_was_made_and_restores_what_was_changed(goods, actor, taken_in):
    taken_in(HEAD + "A1,机,1,,机\nA2,椅子,1,,\n")
    row = taken_in("管理番号,品名\nA1,新しい机\nA2,新しい椅子\nB1,棚\nB2,箱\n", mode="mixed", key="管理番号")
    touched = facade.find(actor=actor("dx"), app="goods", query='管理番号 in ("A2", "B2")').records
    for record in touched:
        facade.update_record(
            actor=actor("clerk"), app="goods", record=record.id, values={"数": "9"}, revision=None
        )
    start_undo(actor=actor("clerk"), app="goods", number=row.pk)
    jobs.drain()
    row.refresh_from_db()
    assert row.state == "undone"
    assert values(actor) == [("A1", "机"), ("A2", "新しい椅子"), ("B2", "箱")]
    assert {i.record for i in row.records.filter(undo="kept")} == {r.id for r in touched}
    with pytest.raises(Conflict):
        start_undo(actor=actor("clerk"), app="goods", number=row.pk)


def test_another_persons_import_is_not_there(goods, taken_in, person, section, actor):
    from tomoni.people.models import Membership, RoleAssignment, User

    row = taken_in(HEAD + "A1,机,1,,机\n")
    other = User.objects.create(username="o", display_name="同じ課", kind="staff")
    RoleAssignment.objects.create(user=other, role="clerk", valid_from="2020-04-01")
    Membership.objects.create(user=other, department=section, valid_from="2020-04-01")
    with pytest.raises(NotFound):
        start_undo(actor=actor_for(other), app="goods", number=row.pk)


def test_individual_numbers_are_refused(goods, actor, taken_in):
    row = taken_in(HEAD + "A1,番号123456789018,1,,\n")
    assert row.state == "refused"
    assert row.failed == 1


def test_cancel_leaves_all_or_nothing_as_it_was(goods, actor, taken_in):
    row = taken_in(HEAD + "A1,机,1,,机\n", run=False)
    Job.objects.filter(pk=row.job).update(cancel_requested=True)
    jobs.drain()
    row.refresh_from_db()
    assert values(actor) == []
    assert Job.objects.get(pk=row.job).state == "cancelled"


@pytest.mark.parametrize("policy", ["all", "good"])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_run_that_breaks_off_goes_on_and_takes_no_line_twice(
    goods, actor, taken_in, monkeypatch, policy, after
):
    """The process dies after some batches: the next attempt ends with every record once."""
    from tomoni.records.transfer import records

    class Killed(BaseException):
        pass

    monkeypatch.setattr(records, "BATCH", 2)
    row = taken_in(HEAD + "".join(f"A{i},品{i},1,,\n" for i in range(7)), policy=policy, run=False)
    calls = iter(range(99))
    whole = take_in._write

    def dying(*args):
        if next(calls) == after:
            raise Killed
        whole(*args)

    monkeypatch.setattr(take_in, "_write", dying)
    with pytest.raises(Killed):
        jobs.drain()
    row.refresh_from_db()
    found = len(values(actor))
    assert found == (after * 2 if policy == "good" else 0)
    assert row.state == "running"
    monkeypatch.setattr(take_in, "_write", whole)
    Job.objects.filter(pk=row.job).update(lease_until="2020-01-01T00:00:00Z")
    jobs.drain()
    row.refresh_from_db()
    assert (row.state, row.created) == ("done", 7)
    assert [v[0] for v in values(actor)] == [f"A{i}" for i in range(7)]
    assert row.records.count() == 7
