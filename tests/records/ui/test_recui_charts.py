"""Charts and pivots: what they show, that each figure leads to its records, saving, CSV, bounded queries."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tomoni.records import facade

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"
KINDS = ["むし歯", "むし歯", "歯みがき", ""]


@pytest.fixture
def filled(dental, add, client_as):
    for n, kind in enumerate(KINDS):
        add(1, 種類=kind, 人数=str(n + 1), 困りごと=["痛み", "出血"] if n == 0 else [])
    return client_as("clerk")


def rows(response):
    return [(r["label"], [v["text"] for v in r["values"]]) for r in response.context["rows"]]


def test_a_chart_counts_and_its_bars_lead_to_the_records(filled):
    page = filled.get(f"{BASE}chart/?shape=bar&g1=種類")
    assert rows(page) == [("むし歯", ["2"]), ("歯みがき", ["1"]), ("（空）", ["1"])]
    assert page.context["foot"] == ["4"]
    for row in page.context["rows"]:
        behind = filled.get(row["url"])
        assert len(behind.context["rows"]) == int(row["values"][0]["text"]), row["url"]


def test_sums_averages_and_dates(filled):
    page = filled.get(f"{BASE}chart/?shape=table&g1=作成日時&p1=fiscal&m1=sum:人数&m2=avg:人数&m3=max:人数")
    assert [values for _label, values in rows(page)] == [["10人", "2.50人", "4人"]]
    assert len(filled.get(page.context["rows"][0]["url"]).context["rows"]) == 4


@pytest.mark.parametrize("shape", ["bar", "line", "pie", "table", "pivot"])
def test_every_shape_draws_two_keys(filled, shape):
    page = filled.get(f"{BASE}chart/?shape={shape}&g1=種類&g2=ステータス&m1=sum:人数")
    assert page.status_code == 200
    text = unescape(page.content.decode())
    assert "むし歯" in text
    assert "受付" in text
    assert "nan" not in text.lower().replace("name", "")
    assert not re.search(r"\sstyle=", text)


def test_a_pivot_has_totals_that_count_each_record_once(filled):
    page = filled.get(f"{BASE}chart/?shape=pivot&g1=種類&g3=困りごと")
    lines = {tuple(line["labels"]): [c["text"] for c in line["cells"]] for line in page.context["lines"]}
    assert page.context["column_heads"] == ["痛み", "出血", "（空）"]
    assert lines[("むし歯",)] == ["1", "1", "1", "2"]
    assert [c["text"] for c in page.context["pivot_foot"]] == ["1", "1", "3", "4"]


def test_csv_is_the_table(filled):
    text = filled.get(f"{BASE}chart/?shape=pivot&g1=種類&g3=ステータス&format=csv").content.decode()
    assert text.startswith("\ufeff相談の種類,受付,計\r\nむし歯,2,2\r\n")
    assert text.endswith("計,4,4\r\n")


def test_chips_narrow_a_chart(filled):
    page = filled.get(f"{BASE}chart/?shape=bar&g1=種類&c=人数~ge~2")
    assert rows(page) == [("むし歯", ["1"]), ("歯みがき", ["1"]), ("（空）", ["1"])]
    assert page.context["chips"][0]["url"].startswith(f"{BASE}chart/")


def test_a_chart_is_kept_for_everybody_by_who_manages(filled, client_as):
    data = {
        "shape": "line",
        "g1": "作成日時",
        "p1": "month",
        "m1": "sum:人数",
        "name": "月ごと",
        "c": "人数~ge~2",
    }
    assert filled.post(f"{BASE}chart/save/", data).status_code == 403
    dx = client_as("dx")
    assert dx.post(f"{BASE}chart/save/", data).status_code == 302
    view = facade.schema(code="dental").views[-1]
    assert (view.kind, view.options["shape"], view.query) == ("chart", "line", "人数 >= 2")
    page = filled.get(f"{BASE}chart/?view=月ごと")
    assert [v for _l, v in rows(page)] == [["9人"]]
    assert page.context["heading"] == "月ごと"
    behind = filled.get(page.context["rows"][0]["url"])
    assert len(behind.context["rows"]) == 3
    assert dx.post(f"{BASE}chart/save/", {**data, "name": "受付中"}).status_code == 302
    assert facade.schema(code="dental").views[0].kind == "list"


def test_nonsense_is_answered_in_words(filled, stranger, client):
    assert filled.get(f"{BASE}chart/?view=ない").status_code == 404
    assert filled.get(f"{BASE}chart/?shape=bar&g1=ない&m1=sum:氏名").status_code == 200
    assert filled.get(f"{BASE}chart/?shape=bar&c=氏名~ge~1").status_code == 422
    client.force_login(stranger)
    assert client.get(f"{BASE}chart/").status_code == 404


def test_queries_do_not_grow_with_records(filled, add, django_assert_max_num_queries):
    filled.get(f"{BASE}chart/")
    with django_assert_max_num_queries(16):
        filled.get(f"{BASE}chart/?shape=pivot&g1=種類&g2=作成者&g3=困りごと")
