"""Aggregates in SQL = a naive evaluation in Python, on random records, keys and measures, on both databases."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from records_shapes import dental

from tomoni.core import clock
from tomoni.core.clock import TOKYO
from tomoni.core.errors import Invalid
from tomoni.records import facade
from tomoni.records.query.aggregate import OTHER, Group, Measure, aggregate, capped, end_of, folded, start_of
from tomoni.records.schema.spec import FieldSpec, RightSpec

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CHOICES, SET = ["はじめて", "2回目", "それ以上"], ["フッ素", "相談", "歯みがき"]
FIELDS = (
    FieldSpec("氏名", "text", "氏名"),
    FieldSpec("人数", "number", "人数", options={"digits": 0}),
    FieldSpec("額", "number", "額"),
    FieldSpec("区分", "choice", "区分", options={"choices": CHOICES}),
    FieldSpec("希望", "multichoice", "希望", options={"choices": SET}),
    FieldSpec("生年月日", "date", "生年月日"),
    FieldSpec("連絡時刻", "datetime", "連絡時刻"),
    FieldSpec("時", "time", "時"),
    FieldSpec("担当", "user", "担当"),
    FieldSpec("場所", "location", "場所"),
)
MOMENTS = ["2026-03-31T23:30+09:00", "2026-04-01T00:10+09:00", "2026-12-31T15:30Z", "2026-11-22T00:00+09:00"]
DAYS = ["2026-03-31", "2026-04-01", "2026-11-21", "2026-11-22", "2025-01-01"]
BIG = "900000000000000"


@pytest.fixture
def pool(actor, section):
    """Eighty random records; the numbers are so large that a sum of their columns overflows 64 bits."""
    rng = random.Random(11)
    with clock.at(NOW):
        schema = facade.create_app(
            actor=actor("dx"), spec=dental(fields=FIELDS, title_field="氏名", actions=())
        )
        people = [actor("clerk").id, actor("dx").id]
        pick = lambda options: rng.choice([*options, None])  # noqa: E731
        for _n in range(80):
            values = {
                "氏名": pick(["山田", "佐藤", ""]), "人数": pick(["-3", "0", "7"]), "額": pick([BIG, "-1.2345", "0.5"]),
                "区分": pick(CHOICES), "希望": rng.sample(SET, rng.randint(0, 3)), "生年月日": pick(DAYS),
                "連絡時刻": pick(MOMENTS), "時": pick(["9:30", "0:00"]), "担当": rng.sample(people, rng.randint(0, 2)),
            }  # fmt: skip
            facade.create_record(actor=actor("clerk"), app="dental", values=values)
        page = facade.find(actor=actor("clerk"), app="dental", limit=500)
    return schema, page.records


def keys_of(record, group: Group):
    value = {"ステータス": record.status, "作成者": record.creator}.get(
        group.field.code, record.values.get(group.field.code)
    )
    if isinstance(value, list):
        return value or [None]
    if isinstance(value, datetime):
        value = value.astimezone(TOKYO).date()
    if isinstance(value, date) and group.per:
        value = naive_start(value, group.per)
    return [None if value == "" else value]


def naive_start(day: date, per: str) -> date:
    """Going back a day at a time until the period begins."""
    begins = {
        "day": lambda d: True,
        "week": lambda d: d.isoweekday() == 7,
        "month": lambda d: d.day == 1,
        "quarter": lambda d: d.day == 1 and d.month in (1, 4, 7, 10),
        "year": lambda d: (d.month, d.day) == (1, 1),
        "fiscal": lambda d: (d.month, d.day) == (4, 1),
    }[per]
    while not begins(day):
        day -= timedelta(days=1)
    return day


def naive(records, groups, measures):
    found = defaultdict(list)
    for record in records:
        combos = [()]
        for group in groups:
            combos = [(*c, k) for c in combos for k in keys_of(record, group)]
        for key in combos:
            found[key].append(record)
    return {key: tuple(worked_out(rows, m) for m in measures) for key, rows in found.items()}


def worked_out(rows, measure):
    if measure.field is None:
        return len(rows)
    values = [v for r in rows if (v := r.values[measure.field.code]) is not None]
    if measure.fn == "count":
        return len(values)
    if not values:
        return None
    return {
        "sum": sum, "min": min, "max": max, "avg": lambda vs: sum(vs, Decimal(0)) / len(vs),
    }[measure.fn](values)  # fmt: skip


def same(left, right):
    assert left.keys() == right.keys()
    for key in left:
        for mine, theirs in zip(left[key], right[key], strict=True):
            if isinstance(mine, Decimal):
                assert abs(mine - Decimal(theirs)) < Decimal("0.0000001"), key
            else:
                assert mine == theirs, key


def test_the_same_as_naively(pool, actor):
    schema, records = pool
    f = schema.field
    rng = random.Random(5)
    keys = [Group(f(c)) for c in ("氏名", "人数", "区分", "希望", "担当", "時", "ステータス", "作成者")]
    keys += [Group(f(c), per) for c in ("生年月日", "連絡時刻") for per in ("year", "fiscal", "quarter", "month", "week", "day")]  # fmt: skip
    every = [Measure(), Measure("count", f("額"))]
    every += [Measure(fn, f(c)) for c in ("人数", "額") for fn in ("sum", "avg", "min", "max")]
    every += [Measure(fn, f(c)) for c in ("生年月日", "連絡時刻", "時") for fn in ("min", "max")]
    cases = [[k] for k in keys] + [rng.sample(keys, rng.choice([2, 3])) for _n in range(60)] + [[]]
    for groups in cases:
        measures = rng.sample(every, 3)
        cells = aggregate(actor("clerk"), schema, "", groups, measures)
        same({k: c.values(measures) for k, c in cells.items()}, naive(records, groups, measures))


def test_the_query_and_one_select(pool, actor, django_assert_num_queries):
    schema, records = pool
    groups, measures = [Group(schema.field("希望")), Group(schema.field("区分"))], [Measure()]
    by = actor("clerk")
    with django_assert_num_queries(1):
        cells = aggregate(by, schema, "人数 > 0 and 担当 is not empty", groups, measures)
    chosen = [r for r in records if (r.values["人数"] or 0) > 0 and r.values["担当"]]
    same({k: c.values(measures) for k, c in cells.items()}, naive(chosen, groups, measures))


def test_only_what_the_reader_sees(pool, actor):
    schema, records = pool
    by = Group(schema.field("区分"))
    facade.set_rights(
        actor=actor("dx"),
        app="dental",
        rights=(RightSpec("staff", ("view", "add")),),
        record_rule='区分 in ("2回目")',
    )
    schema = facade.schema(code="dental")
    assert set(aggregate(actor("clerk"), schema, "", [by], [Measure()])) == {("2回目",)}
    facade.set_rights(
        actor=actor("dx"), app="dental", rights=(RightSpec("creator", ("view",)),), record_rule=""
    )
    schema = facade.schema(code="dental")
    assert sum(c.records for c in aggregate(actor("clerk"), schema, "", [by], [Measure()]).values()) == 80
    assert aggregate(actor("manager"), schema, "", [by], [Measure()]) == {}
    facade.delete_record(actor=actor("dx"), app="dental", record=records[0].id)
    assert aggregate(actor("dx"), schema, "", [], [Measure()])[()].records == 79


def test_small_groups_become_other_and_add_up(pool, actor):
    schema, _records = pool
    measures = [Measure(), Measure("sum", schema.field("額"))]
    groups = [Group(schema.field("生年月日"), "day"), Group(schema.field("区分"))]
    cells = aggregate(actor("clerk"), schema, "", groups, measures)
    made, more = capped(cells, 0, 3, measures)
    assert more
    assert len({k[0] for k in made}) == 3
    assert any(k[0] is OTHER for k in made)
    assert folded(made, (), measures)[()].values(measures) == folded(cells, (), measures)[()].values(measures)
    assert capped(cells, 0, 50, measures) == (cells, False)


def test_what_cannot_be_worked_out_is_refused(pool, actor):
    schema, _records = pool
    f = schema.field
    for groups, measures in (
        ([Group(f("場所"))], [Measure()]),
        ([Group(f("生年月日"))], [Measure()]),
        ([Group(f("区分"), "month")], [Measure()]),
        ([Group(f("区分"))], [Measure("sum", f("氏名"))]),
        ([Group(f("区分"))], [Measure("sum")]),
        ([Group(f("区分"))] * 4, [Measure()]),
        ([Group(f("区分"))], []),
    ):
        with pytest.raises(Invalid):
            aggregate(actor("clerk"), schema, "", groups, measures)


@pytest.mark.parametrize("per", ["year", "fiscal", "quarter", "month", "week", "day"])
def test_periods_join_without_gap(per):
    day = date(2025, 12, 20)
    for _n in range(500):
        start = start_of(day, per)
        assert start == naive_start(day, per)
        assert start <= day <= end_of(start, per)
        assert start_of(end_of(start, per) + timedelta(days=1), per) == end_of(start, per) + timedelta(days=1)
        day += timedelta(days=1)
