"""Queries in words, overdue rows, the folded settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tomoni.core import clock
from tomoni.records import facade
from tomoni.records.views.querywords import words

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('ステータス in ("受付", "確認") order by レコード番号 desc', "状態が受付、確認、レコード番号の大きい順・新しい順"),
        ("人数 >= 2 and (作成日時 >= LAST_WEEK() or 種類 is empty)", "来る人数が2以上・以後、かつ （作成日時が先週以上・以後、または 相談の種類が空）"),
        ("生年月日 < FROM_TODAY(-3, YEARS)", "生年月日が3年前より小さい・前"),
        ('氏名 = ""', "氏名が空"),
        ("担当者 in (LOGINUSER())", "担当者が自分"),
        ("= =", "= ="),
    ],
)  # fmt: skip
def test_a_query_in_words(dental, query, expected):
    assert words(query, dental) == expected


def test_overdue_records_say_so_in_the_list(dental, add, actor, client_as):
    states = [replace(s, deadline_days=3) if s.name == "受付" else s for s in dental.states]
    facade.set_process(actor=actor("dx"), app="dental", states=states, actions=dental.actions)
    with clock.at(clock.now() - timedelta(days=10)):
        (old,) = add(1)
    (new,) = add(1)
    rows = {r.record.id: r.html for r in client_as("clerk").get(f"{BASE}?view=すべて").context["rows"]}
    assert "▲ 7日超過" in rows[old.id]
    assert "超過" not in rows[new.id]


def test_settings_are_folded_away_from_the_lists(dental, client_as):
    dx = client_as("dx")
    text = dx.get(BASE).content.decode()
    assert '<details class="app__rare">' in text
    assert '<details class="app__rare" open>' in dx.get(f"{BASE}views/").content.decode()
