"""SQL = naive evaluation, on random records and random queries; and paging = the whole list cut into pieces."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
import records_naive as naive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records_shapes import dental

from tomoni.core import clock
from tomoni.core.errors import Invalid
from tomoni.engines.query import parse
from tomoni.records import facade
from tomoni.records.schema.spec import FieldSpec

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TEXTS = [
    "",
    "山田 花子",
    "ﾔﾏﾀﾞ",
    "ヤマダ",
    "Ａbc",
    "abc",
    'a"b\\c',
    "100%_x",
    "ß",
    "ss",
    "葛󠄀城",
    "😀😀",
    "あ",
    "予約受付の予約",
    "it's & (x|y) *!:",
]
CHOICES = ["はじめて", "2回目", "それ以上"]
SET = ["フッ素", "相談", "歯みがき"]
TYPES = {
    "氏名": "text", "相談": "multiline", "人数": "number", "額": "number", "区分": "choice", "希望": "multichoice",
    "生年月日": "date", "連絡時刻": "datetime", "担当": "user", "担当課": "department", "ステータス": "status",
    "作成者": "creator", "$id": "number", "$revision": "number",
}  # fmt: skip
FIELDS = (
    FieldSpec("氏名", "text", "氏名"),
    FieldSpec("相談", "multiline", "相談"),
    FieldSpec("人数", "number", "人数", options={"digits": 0}),
    FieldSpec("額", "number", "額"),
    FieldSpec("区分", "choice", "区分", options={"choices": CHOICES}),
    FieldSpec("希望", "multichoice", "希望", options={"choices": SET}),
    FieldSpec("生年月日", "date", "生年月日", options={"past": False}),
    FieldSpec("連絡時刻", "datetime", "連絡時刻"),
    FieldSpec("担当", "user", "担当"),
    FieldSpec("担当課", "department", "担当課"),
    FieldSpec(
        "明細",
        "table",
        "明細",
        fields=(
            FieldSpec("品名", "text", "品名"),
            FieldSpec("数量", "number", "数量"),
            FieldSpec("種別", "choice", "種別", options={"choices": CHOICES}),
            FieldSpec("札", "multichoice", "札", options={"choices": SET}),
            FieldSpec("期日", "date", "期日"),
            FieldSpec("時刻", "datetime", "時刻"),
            FieldSpec("係", "user", "係"),
        ),
    ),
)
TYPES |= {
    "品名": "text", "数量": "number", "種別": "choice", "札": "multichoice", "期日": "date", "時刻": "datetime",
    "係": "user", "明細": "multichoice",
}  # fmt: skip
TYPES["tables"] = dict.fromkeys(("品名", "数量", "種別", "札", "期日", "時刻", "係"), "明細")
DATES = ["2026-11-22", "2026-11-23", "2026-11-24", "2026-10-31", "2025-12-31", "1950-01-01"]
MOMENTS = [
    "2026-11-23T00:00+09:00",
    "2026-11-22T23:59+09:00",
    "2026-11-23T12:00+09:00",
    "2026-12-01T09:30+09:00",
]
NUMBERS = ["-3", "0", "1", "2.5", "2", "7", "999999999999"]


def rows(people, departments):
    rng = random.Random(7)
    pick = lambda options: rng.choice([*options, None])  # noqa: E731
    for _ in range(60):
        yield {
            "氏名": pick(TEXTS), "相談": pick(TEXTS), "人数": pick(["-3", "0", "1", "2", "7"]),
            "額": pick(NUMBERS), "区分": pick(CHOICES), "希望": rng.sample(SET, rng.randint(0, 3)),
            "生年月日": pick(DATES), "連絡時刻": pick(MOMENTS),
            "担当": rng.sample(people, rng.randint(0, 2)), "担当課": rng.sample(departments, rng.randint(0, 2)),
            "明細": [
                {"values": {
                    "品名": pick(TEXTS), "数量": pick(NUMBERS), "種別": pick(CHOICES), "札": rng.sample(SET, rng.randint(0, 2)),
                    "期日": pick(DATES), "時刻": pick(MOMENTS), "係": rng.sample(people, rng.randint(0, 1)),
                }}
                for _row in range(rng.choice([0, 1, 1, 2, 3]))
            ],
        }  # fmt: skip


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal(values):
    return st.sampled_from(values).map(quoted)


CALLS = st.one_of(
    st.sampled_from(
        ["TODAY()", "YESTERDAY()", "TOMORROW()", "NOW()", "THIS_WEEK()", "LAST_WEEK(MONDAY)", "NEXT_WEEK()"]
    ),
    st.sampled_from(
        ["THIS_MONTH()", "THIS_MONTH(LAST)", "LAST_MONTH(31)", "NEXT_MONTH()", "THIS_YEAR()", "LAST_YEAR()"]
    ),
    st.builds(
        lambda n, u: f"FROM_TODAY({n}, {u})",
        st.integers(-400, 400),
        st.sampled_from(["DAYS", "WEEKS", "MONTHS", "YEARS"]),
    ),
)
EMPTY = st.sampled_from(["is empty", "is not empty"])
COMPARE = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def among(values):
    return st.builds(
        lambda no, vs: f"{no}in ({', '.join(vs)})",
        st.sampled_from(["", "not "]),
        st.lists(values, min_size=1, max_size=3),
    )


def join(*parts):
    return st.tuples(*parts).map(" ".join)


def conditions():
    texts, choices, sets = literal(TEXTS), literal([*CHOICES, "", "無い"]), literal([*SET, "", "無い"])
    numbers = st.one_of(literal([*NUMBERS, "1.00001"]), st.sampled_from(["1", "-3", "2.5"]))
    needles = literal(
        [t[i : i + n] for t in TEXTS for i in range(len(t)) for n in (1, 2, 3) if t[i : i + n].strip()]
        + ["ﾔﾏ", "ABC", "無い"]
    )
    dates = st.one_of(literal(DATES), CALLS)
    moments = st.one_of(literal(MOMENTS), literal(DATES), CALLS)
    like = join(st.sampled_from(["like", "not like"]), needles)
    people = st.one_of(st.just("LOGINUSER()"), literal(["1", "2", "3", ""]))
    departments = st.one_of(st.just("PRIMARY_ORGANIZATION()"), literal(["1", "2", ""]))
    blank = join(st.sampled_from(["=", "!="]), st.just('""'))
    return st.one_of(
        join(
            st.sampled_from(["氏名", "品名"]),
            st.one_of(like, EMPTY, among(texts), join(st.sampled_from(["=", "!="]), texts)),
        ),
        join(st.just("相談"), st.one_of(like, EMPTY)),
        join(
            st.sampled_from(["人数", "額", "数量"]),
            st.one_of(EMPTY, blank, among(numbers), join(COMPARE, numbers)),
        ),
        join(st.sampled_from(["$id", "$revision"]), join(COMPARE, numbers)),
        join(
            st.sampled_from(["区分", "種別"]),
            st.one_of(EMPTY, among(choices), join(st.sampled_from(["=", "!="]), choices)),
        ),
        join(st.just("ステータス"), st.one_of(among(literal(["受付", "確認", ""])), st.just('= "受付"'))),
        join(st.sampled_from(["希望", "札"]), st.one_of(EMPTY, among(sets))),
        join(st.sampled_from(["生年月日", "期日"]), st.one_of(EMPTY, blank, join(COMPARE, dates))),
        join(st.sampled_from(["連絡時刻", "時刻"]), st.one_of(EMPTY, blank, join(COMPARE, moments))),
        join(st.just("明細"), EMPTY),
        join(st.sampled_from(["担当", "係"]), st.one_of(EMPTY, among(people))),
        join(st.just("作成者"), among(people)),
        join(st.just("担当課"), st.one_of(EMPTY, among(departments))),
    )


WHERE = st.recursive(
    conditions(),
    lambda inner: st.one_of(
        st.builds(lambda a, b: f"({a}) and {b}", inner, inner),
        st.builds(lambda a, b: f"({a} or {b})", inner, inner),
    ),
    max_leaves=6,
)
SORTABLE = ["氏名", "人数", "額", "区分", "生年月日", "連絡時刻", "ステータス", "$id"]
ORDER = st.lists(
    st.tuples(st.sampled_from(SORTABLE), st.sampled_from([" asc", " desc", ""])),
    max_size=3,
    unique_by=lambda k: k[0],
)


@pytest.fixture
def pool(actor, section):
    """Sixty random records; some of them processed."""
    with clock.at(NOW):
        dx, clerk = actor("dx"), actor("clerk")
        facade.create_app(actor=dx, spec=dental(fields=FIELDS, views=(), code="pool"))
        people, departments = [dx.id, clerk.id], sorted(dx.departments)
        for index, row in enumerate(rows(people, departments)):
            made = facade.create_record(actor=dx if index % 3 else clerk, app="pool", values=row)
            if index % 4 == 0:
                facade.run_action(actor=dx, app="pool", record=made.id, action="確認する")
        every = facade.find(actor=dx, app="pool", limit=500).records
        values = [
            {**r.values, "$id": r.id, "$revision": r.revision, "ステータス": r.status, "作成者": r.creator}
            for r in every
        ]
        assert len(values) == 60
        yield dx, values


def run(actor, query, after=None, limit=500):
    with clock.at(NOW):
        return facade.find(actor=actor, app="pool", query=query, limit=limit, after=after)


FUNCTION = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUNCTION
@given(where=WHERE)
def test_filter_agrees_with_naive(pool, where):
    actor, values = pool
    tree = parse(where).where
    now = NOW.astimezone(clock.TOKYO)
    expected = {v["$id"] for v in values if naive.holds(tree, v, actor, now, TYPES)}
    page = run(actor, where)
    assert {r.id for r in page.records} == expected
    assert page.total == len(expected)


@FUNCTION
@given(where=st.one_of(st.just(""), conditions()), order=ORDER, size=st.integers(1, 30))
def test_order_and_pages_agree_with_naive(pool, where, order, size):
    actor, values = pool
    by = "order by " + ", ".join(f + d for f, d in order) if order else ""
    query = f"{where} {by}".strip()
    tree = parse(query)
    now = NOW.astimezone(clock.TOKYO)
    kept = [v for v in values if naive.holds(tree.where, v, actor, now, TYPES)]
    keys = list(tree.order)
    cut = next((i for i, k in enumerate(keys) if k.field == "$id"), None)
    expected = [v["$id"] for v in naive.ordered(kept, keys if cut is None else keys[: cut + 1], TYPES)]
    found, after = [], None
    for _ in range(70):
        page = run(actor, query, after, size)
        found += [r.id for r in page.records]
        after = page.next
        if after is None:
            break
    assert found == expected


@pytest.mark.parametrize(
    "after", ["x", "e30", "====", "W1tdLFtdXQ", "\x00", "あ", "W1siLWlkIl0sWzFlOTk5XV0", "9" * 70_000]
)
def test_a_forged_cursor_is_refused(pool, after):
    with pytest.raises(Invalid):
        run(pool[0], "", after)
