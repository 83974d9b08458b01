"""A condition on values in hand means what the same condition means in SQL."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_query_sql import NOW, WHERE, pool, run

from tomoni.core import clock
from tomoni.engines.query import QueryError, holds, parse
from tomoni.records import facade
from tomoni.records.compute.visible import Values, for_browser

__all__ = ["pool"]


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(where=WHERE)
def test_agrees_with_sql(pool, where):
    actor, values = pool
    schema, tree, now = facade.schema(code="pool"), parse(where).where, NOW.astimezone(clock.TOKYO)
    try:
        with clock.at(NOW):
            mine = {v["$id"] for v in values if holds(tree, Values(schema, v, actor), now)}
    except QueryError as error:  # columns of tables are asked in SQL only
        assume(error.code != "field")
        raise
    assert mine == {r.id for r in run(actor, where).records}


@given(st.text(max_size=40))
def test_what_the_browser_gets_never_fails(text):
    assert isinstance(for_browser(text), str)


def test_what_the_browser_gets():
    assert for_browser('有無 = "ある" and (人数 >= 3 or 区分 in ("a", "b"))') == (
        '["and",["=","有無","ある"],["or",[">=","人数","3"],["in","区分","a","b"]]]'
    )
    assert for_browser("担当 in (LOGINUSER())") == ""
    assert for_browser("壊れた") == ""
