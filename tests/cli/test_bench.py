"""Benchmarks: the figures' form, the percentiles, and one small real run."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from town_tools import tomoni

from tomoni.cli.bench.figures import Figure, as_json, as_table, percentile


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.floats(0.01, 1))
def test_percentile_is_the_least_value_that_covers_the_share(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(v <= found for v in values) >= share * len(values)
    assert sum(v < found for v in values) < share * len(values)


def test_figures_as_json_and_table() -> None:
    figures = [Figure("a_p50", "ms", 12.5, 10.0, 0.5), Figure("b", "回", 3)]
    assert json.loads(as_json(figures)) == {
        "figures": [
            {"name": "a_p50", "unit": "ms", "value": 12.5, "target": 10.0, "floor": 0.5},
            {"name": "b", "unit": "回", "value": 3, "target": None, "floor": None},
        ]
    }
    lines = as_table(figures).splitlines()
    assert len(lines) == 4
    assert lines[2].endswith("目標を超えています")
    assert not lines[3].endswith("目標を超えています")


def test_list_and_unknown_name() -> None:
    assert tomoni("bench").stdout.startswith("pages\t")
    assert "という測り方はありません" in tomoni("bench", "nothing", code=2).stderr


@pytest.mark.parametrize("records", [450])
def test_pages_on_a_small_town(records: int) -> None:
    found = json.loads(tomoni("bench", "pages", "--json", "--records", records, "--rounds", 3).stdout)[
        "figures"
    ]
    assert [f["name"] for f in found] == [
        f"{page}_{share}"
        for page in ("list", "record", "work_map", "form_submit")
        for share in ("p50", "p95")
    ]
    assert all(set(f) == {"name", "unit", "value", "target", "floor"} for f in found)
    assert all(f["value"] > f["floor"] > 0 for f in found)


def test_records_on_a_small_app() -> None:
    found = json.loads(tomoni("bench", "records", "--json", "--records", 300, "--rounds", 2).stdout)[
        "figures"
    ]
    assert [f["name"] for f in found] == [
        "insert_one_p50",
        "list_100_p50",
        "filter_sort_p50",
        "contains_p50",
        "contains_two_p50",
        "list_end_p50",
        "import_300",
        "memory",
    ]
    assert all(f["value"] > (f["floor"] or 0) for f in found)
