"""Every operator of every field type: SQL = naive evaluation, for fields of records and for columns of tables.

Conditions are made from what each type says it can be asked, so a new type or operator is tried as soon as it exists.
`TOMONI_TEST_QUERIES` multiplies the number of cases.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta

import pytest
import records_naive as naive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records_shapes import dental
from test_query_sql import CALLS, DATES, MOMENTS, NUMBERS, TEXTS, join, literal

from tomoni.core import clock, files
from tomoni.core.actor import system
from tomoni.engines.query import parse
from tomoni.records import facade, fieldtypes
from tomoni.records.fieldtypes.address import one_line
from tomoni.records.fieldtypes.richtext import text_of
from tomoni.records.fieldtypes.table import NOT_IN_TABLES
from tomoni.records.query.compile import OPERATORS
from tomoni.records.schema.spec import FieldSpec

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TIMES = int(os.environ.get("TOMONI_TEST_QUERIES", "1"))
CHOICES = ["はじめて", "2回目", "それ以上"]
PATHS = ["道路", "道路/舗装", "道路/側溝", "公園"]
HOURS = ["00:00", "09:30", "12:00", "23:59"]
LINKS = ["https://example.jp/a", "https://example.jp/B?q=1", "http://example.jp/"]
PLACES = ["〒501-1234 岐阜県岐阜市今沢町18番地 本庁舎", "ともに市本町1-2", "東京都千代田区永田町1-7-1"]
ROLES = ["manager", "dx", "admin"]
PAPERS = ["申請書.txt", "ｶﾞｲﾄﾞ.txt", "Plan ＡＢ.txt"]
KEYS = ["A-1", "Ｂ-2", "公民館"]
SLOTS = [datetime(2026, 11, 24, 0, 0, tzinfo=UTC), datetime(2026, 12, 1, 0, 30, tzinfo=UTC)]
OPTIONS = {
    "choice": {"choices": CHOICES}, "radio": {"choices": CHOICES}, "multichoice": {"choices": CHOICES},
    "checkbox": {"choices": CHOICES}, "category": {"choices": PATHS}, "date": {"past": False},
    "consent": {"statement": "同意します。", "version": "1"}, "slot": {"capacity": 100},
    "lookup": {"app": "places", "key": "名", "copies": []}, "calc": {"formula": "f_number * 2"},
    "calc_text": {"formula": "f_text & f_choice"}, "calc_date": {"formula": "f_date"},
    "calc_datetime": {"formula": "f_datetime"}, "calc_time": {"formula": "f_time"},
    "reference": {"app": "places", "this": "f_text", "that": "名"},
}  # fmt: skip
RAW = {
    "text": TEXTS, "multiline": TEXTS, "richtext": [f"<p>{t}</p>" for t in ("予約 受付", "ＡＢ c", "葛城")], "number": NUMBERS,
    "choice": CHOICES, "radio": CHOICES, "date": DATES, "time": HOURS, "datetime": MOMENTS, "link": LINKS,
    "location": ["35.4, 136.7", "-1, 0"], "address": PLACES, "consent": ["on"], "lookup": KEYS,
}  # fmt: skip
MANY = {"multichoice": CHOICES, "checkbox": CHOICES, "category": PATHS, "group": ROLES}
# How the naive evaluation sees a type, where it is not by its own name.
SEEN = {
    "radio": "choice", "status": "status", "checkbox": "multichoice", "category": "multichoice", "group": "multichoice",
    "link": "text", "richtext": "multiline", "address": "multiline", "lookup": "text", "consent": "datetime",
    "slot": "datetime", "created_at": "datetime", "updated_at": "datetime", "assignee": "user", "modifier": "user",
    "record_number": "number", "revision": "number", "calc": "number", "calc_text": "text", "calc_date": "date",
    "calc_datetime": "datetime", "calc_time": "time", "location": "multichoice", "table": "multichoice",
}  # fmt: skip
SYSTEM = {
    "record_number": "レコード番号", "status": "ステータス", "assignee": "作業者", "creator": "作成者",
    "created_at": "作成日時", "modifier": "更新者", "updated_at": "更新日時", "revision": "$revision",
}  # fmt: skip
ENTERED = [name for name in fieldtypes.REGISTRY if name not in (*SYSTEM, "table")]
INSIDE = [
    n for n in ENTERED if n not in NOT_IN_TABLES and fieldtypes.get(n).entered and n not in ("consent", "lookup")
]  # fmt: skip


def field(name, code):
    return FieldSpec(code, name, code, options=OPTIONS.get(name, {}))


FIELDS = (
    *(field(name, f"f_{name}") for name in ENTERED),
    FieldSpec("表", "table", "表", fields=tuple(field(name, f"t_{name}") for name in INSIDE)),
)
CODES = {f"f_{n}": n for n in ENTERED} | {f"t_{n}": n for n in INSIDE} | {c: n for n, c in SYSTEM.items()}
CODES |= {"表": "table", "$id": "record_number"}
TYPES = {code: SEEN.get(name, name) for code, name in CODES.items()}
TYPES["tables"] = {f"t_{name}": "表" for name in INSIDE}


def raw_row(rng, people, departments, papers, names, prefix):
    found = {}
    for name in names:
        if name in RAW:
            found[prefix + name] = rng.choice([*RAW[name], None])
        elif name in MANY:
            found[prefix + name] = rng.sample(MANY[name], rng.randint(0, 2))
        elif name in ("user", "department", "file"):
            pool = {"user": people, "department": departments, "file": papers}[name]
            found[prefix + name] = rng.sample(pool, rng.randint(0, min(2, len(pool))))
        elif name == "slot":
            found[prefix + name] = rng.choice([*SLOTS, None])
    return found


def plain(name, value, names):
    """A value as the naive evaluation compares it."""
    if value in (None, "", []) or name == "table":
        return [] if name == "table" and not value else value
    if name == "file":
        return [names[pk] for pk in value]
    if name == "richtext":
        return text_of(value)
    if name == "address":
        return one_line(value)
    if name == "lookup":
        return value["key"]
    if name == "consent":
        return datetime.fromisoformat(value["at"])
    if name == "location":
        return [value]
    return value


def seen_values(record, names):
    system_values = {
        "レコード番号": record.id, "$id": record.id, "$revision": record.revision, "ステータス": record.status,
        "作成者": record.creator, "更新者": record.modifier, "作成日時": record.created_at, "更新日時": record.updated_at,
        "作業者": list(record.assignees),
    }  # fmt: skip
    found = {code: plain(CODES[code], value, names) for code, value in record.values.items() if code in CODES}
    for row in found["表"]:
        row["values"] = {code: plain(CODES[code], value, names) for code, value in row["values"].items()}
    return {**found, **system_values}


@pytest.fixture
def pool(actor, section):
    """Forty random records with every type; some changed, some processed, at different moments."""
    rng = random.Random(11)
    with clock.at(NOW):
        dx, clerk = actor("dx"), actor("clerk")
        facade.create_app(
            actor=dx, spec=dental(code="places", fields=(FieldSpec("名", "text", "名"),), views=(), actions=(), states=(), title_field="名")
        )  # fmt: skip
        for key in KEYS:
            facade.create_record(actor=dx, app="places", values={"名": key})
        facade.create_app(actor=dx, spec=dental(code="every", fields=FIELDS, views=(), title_field="f_text", actions=dental().actions[:1]))  # fmt: skip
        facade.add_slots(
            actor=dx, app="every", field="f_slot",
            slots=[facade.SlotSpec(at, at + timedelta(minutes=30), 100) for at in SLOTS],
        )  # fmt: skip
    papers = {}
    for name in PAPERS:
        papers[files.store(name.encode(), name=name, actor=dx).pk] = name
    people, departments = [dx.id, clerk.id], sorted(dx.departments)
    for index in range(40):
        with clock.at(NOW - timedelta(hours=7 * index)):
            values = raw_row(rng, people, departments, list(papers), ENTERED, "f_")
            values["表"] = [
                {"values": raw_row(rng, people, departments, list(papers), INSIDE, "t_")}
                for _row in range(rng.choice([0, 1, 1, 2, 3]))
            ]
            made = facade.create_record(actor=dx, app="every", values=values)
        with clock.at(NOW - timedelta(hours=index)):
            if index % 3 == 0:
                facade.update_record(
                    actor=dx, app="every", record=made.id, values={"f_text": "変更"}, revision=None
                )
            if index % 4 == 0:
                facade.assign_record(actor=dx, app="every", record=made.id, users=people[: 1 + index % 2])
            if index % 5 == 0:
                facade.run_action(actor=system("test"), app="every", record=made.id, action="確認する")
    with clock.at(NOW):
        every = facade.find(actor=dx, app="every", limit=500).records
    assert len(every) == 40
    return dx, [seen_values(record, papers) for record in every]


def quotes(values):
    return literal([v for v in values if v is not None])


NEEDLES = [t[i : i + n] for t in [*TEXTS, *PAPERS, *PLACES, *KEYS, "予約 受付", *LINKS] for i in range(len(t)) for n in (1, 2, 3)]  # fmt: skip
OPERANDS = {
    "text": quotes([*TEXTS, *LINKS, *KEYS, "はじめて", "変更"]),
    "choice": quotes([*CHOICES, "", "無い"]),
    "status": quotes(["受付", "確認", "無い"]),
    "multichoice": quotes([*CHOICES, *PATHS, *ROLES, "", "無い"]),
    "number": st.one_of(quotes([*NUMBERS, "1.00001", "5", "14"]), st.sampled_from(["1", "-3", "2.5", "12"])),
    "time": quotes([*HOURS, "9:30", "午後0時", "10:00"]),
    "date": st.one_of(quotes(DATES), CALLS),
    "datetime": st.one_of(quotes([*MOMENTS, *DATES, "2026-11-24T09:00+09:00"]), CALLS),
    "user": st.one_of(st.just("LOGINUSER()"), quotes(["1", "2", "3", ""])),
    "creator": st.one_of(st.just("LOGINUSER()"), quotes(["1", "2", "3"])),
    "department": st.one_of(st.just("PRIMARY_ORGANIZATION()"), quotes(["1", "2", ""])),
}


def one(code, operator):
    if operator.startswith("is "):
        return st.just(f"{code} {operator}")
    if operator.endswith("like"):
        return join(st.just(f"{code} {operator}"), quotes([n for n in NEEDLES if n.strip()]))
    values = OPERANDS[TYPES[code]]
    if operator.endswith("in"):
        return st.lists(values, min_size=1, max_size=3).map(lambda vs: f"{code} {operator} ({', '.join(vs)})")
    return join(st.just(f"{code} {operator}"), values)


PAIRS = [
    (code, operator) for code, name in CODES.items() for operator in OPERATORS if operator in fieldtypes.get(name).operators
]  # fmt: skip
CONDITIONS = st.sampled_from(PAIRS).flatmap(lambda pair: one(*pair))
TRIED = {"conditions": 0}
FEW = settings(
    max_examples=8 * TIMES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MANY_CASES = settings(FEW, max_examples=250 * TIMES)


def agrees(pool, where):
    TRIED["conditions"] += 1
    actor, values = pool
    tree, now = parse(where).where, NOW.astimezone(clock.TOKYO)
    expected = {v["$id"] for v in values if naive.holds(tree, v, actor, now, TYPES)}
    with clock.at(NOW):
        found = {r.id for r in facade.find(actor=actor, app="every", query=where, limit=500).records}
    assert found == expected, where


def test_every_operator_of_every_type_agrees_with_naive(pool):
    """Each pair of field and operator, with operands drawn for it."""
    assert len(PAIRS) > 250
    for code, operator in PAIRS:

        @FEW
        @given(where=one(code, operator))
        def check(where):
            agrees(pool, where)

        check()
    print(f"\n{len(PAIRS)} pairs of field and operator, {TRIED['conditions']} conditions")


@MANY_CASES
@given(data=st.data())
def test_combinations_agree_with_naive(pool, data):
    size = data.draw(st.integers(2, 4))
    parts = [data.draw(CONDITIONS) for _ in range(size)]
    where = parts[0]
    for part in parts[1:]:
        where = f"({where}) {data.draw(st.sampled_from(['and', 'or']))} {part}"
    agrees(pool, where)


SORTABLE = [
    c for c, n in CODES.items() if fieldtypes.get(n).sortable and not c.startswith("t_") and n != "table"
]


@MANY_CASES
@given(code=st.sampled_from(SORTABLE), down=st.booleans(), size=st.integers(1, 17), start=st.integers(0, 45))
def test_order_by_every_type_agrees_with_naive(pool, code, down, size, start):
    """Offsets and cursors cut the same list; empty values come first, ties follow the number."""
    actor, values = pool
    keys = parse(f"order by {code} {'desc' if down else 'asc'}").order
    expected = [v["$id"] for v in naive.ordered(values, list(keys), TYPES)]
    query = f"order by {code} {'desc' if down else 'asc'}"
    with clock.at(NOW):
        page = facade.find(
            actor=actor, app="every", query=f"{query} limit {size} offset {start}", count=False
        )
        found, after = [], None
        while True:
            turned = facade.find(actor=actor, app="every", query=query, limit=size, after=after, count=False)
            found += [r.id for r in turned.records]
            after = turned.next
            if after is None:
                break
    assert [r.id for r in page.records] == expected[start : start + size]
    assert found == expected
