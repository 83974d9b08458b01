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
            {"name": "a_p50", "unit": "ms", "value": 12.5, "target": 10.0, "floor": 0.5, "ratio": 25.0},
            {"name": "b", "unit": "回", "value": 3, "target": None, "floor": None, "ratio": None},
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
    assert all(set(f) == {"name", "unit", "value", "target", "floor", "ratio"} for f in found)
    assert all(f["value"] > f["floor"] > 0 for f in found)


@pytest.mark.parametrize("server", [(), ("--postgres",)])
def test_records_on_a_small_app(server: tuple[str, ...]) -> None:
    run = tomoni("bench", "records", "--json", "--rows", 300, "--rounds", 2, *server)
    found = {f["name"]: f for f in json.loads(run.stdout)["figures"]}
    asked = (
        "insert", "update", "get", "list_100", "sort", "filter_sort", "contains", "contains_two", "offset_far", "list_end",
        "count",
    )  # fmt: skip
    assert list(found) == [
        *(f"{name}_{what}" for name in asked for what in ("p50", "p95", "cpu")),
        "bulk_300", "import_300", "import_300_cpu", "search_index", "departments", "rules_on_records", "memory",
    ]  # fmt: skip
    assert all(f["value"] > (f["floor"] or 0) for name, f in found.items() if name.endswith("_p50"))
    assert found["departments"]["value"] >= 253
    assert found["rules_on_records"]["value"] == 127


def test_a_database_with_tables_is_refused() -> None:
    assert (
        "つなげません"
        in tomoni("bench", "records", "--database", "postgresql://localhost:1/none", code=1).stderr
    )
