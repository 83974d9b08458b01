"""Query strings as kintone's clients write them."""

from __future__ import annotations

import pytest

from tomoni.kintone.params import from_pairs


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("app", "1"), ("query", "a = 1")], {"app": "1", "query": "a = 1"}),
        ([("fields[0]", "a"), ("fields[1]", "b")], {"fields": ["a", "b"]}),
        ([("fields[1]", "b"), ("fields[0]", "a")], {"fields": ["a", "b"]}),
        ([("fields", "a"), ("fields", "b")], {"fields": ["a", "b"]}),
        ([("fields[]", "a"), ("fields[]", "b")], {"fields": ["a", "b"]}),
        ([("a[b][c]", "1"), ("a[b][d]", "2")], {"a": {"b": {"c": "1", "d": "2"}}}),
        ([("a[0][b]", "1"), ("a[1][b]", "2")], {"a": [{"b": "1"}, {"b": "2"}]}),
        ([("a[b", "1")], {"a[b": "1"}),
        ([], {}),
    ],
)
def test_forms(pairs, found):
    assert from_pairs(pairs) == found


@pytest.mark.parametrize("pairs", [[("a", "1"), ("a[b]", "2")], [("a[b]", "1"), ("a", "2")]])
def test_two_forms_at_once_are_refused(pairs):
    with pytest.raises(ValueError):
        from_pairs(pairs)


def test_a_flood_is_refused():
    with pytest.raises(ValueError):
        from_pairs((f"a{n}", "") for n in range(20_001))
