"""Edits of a form: whatever is done, the layout stays whole."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tomoni.records.schema import edit
from tomoni.records.schema.spec import AppSpec, FieldSpec, LayoutItem, ViewSpec

F = FieldSpec
FIELDS = (
    F("a", "text", "A"), F("b", "number", "B"), F("c", "date", "C"),
    F("t", "table", "T", fields=(F("x", "text", "X"), F("y", "text", "Y"))), F("d", "text", "D"),
)  # fmt: skip
SPEC = AppSpec("app", "App", fields=FIELDS, views=(ViewSpec("v", columns=("a", "b")),), title_field="a")


def shape(spec: AppSpec) -> list[object]:
    """The layout as nested lists of codes."""

    def one(item: LayoutItem) -> object:
        if item.kind in ("row", "group"):
            return (
                [one(i) for i in item.items]
                if item.kind == "row"
                else (item.label, [one(i) for i in item.items])
            )
        return item.code or item.kind

    return [one(i) for i in spec.layout]


KEYS = st.sampled_from(
    [
        "f:a",
        "f:b",
        "f:c",
        "f:d",
        "f:t",
        "f:x",
        "p:0",
        "p:1",
        "p:1.0",
        "p:2.0",
        "p:3",
        "p:0.0.0",
        "p:9",
        "f:no",
        "",
    ]
)
OPS = st.one_of(
    st.tuples(st.just("move"), KEYS, st.sampled_from(edit.STEPS)),
    st.tuples(st.just("place"), KEYS, KEYS, st.sampled_from(edit.PLACES)),
    st.tuples(
        st.just("add"),
        st.sampled_from(["group", "label", "line", "spacer"]),
        KEYS,
        st.sampled_from(edit.PLACES),
    ),
    st.tuples(st.just("remove"), st.sampled_from(["p:0", "p:1", "p:2.0", "p:0.0"])),
)


def apply(spec: AppSpec, op: tuple) -> AppSpec:
    match op:
        case ("move", key, step):
            return edit.move(spec, key, step)
        case ("place", key, target, where):
            return edit.place(spec, key, target, where)
        case ("add", kind, near, where):
            return edit.add_item(spec, LayoutItem(kind, label=kind), near, where)
        case (_, key):
            found = edit.item_at(spec, key)
            return (
                edit.remove(spec, key)
                if found and found.kind in ("group", "label", "line", "spacer")
                else spec
            )
    raise AssertionError(op)


@settings(max_examples=400, deadline=None)
@given(st.lists(OPS, max_size=25))
def test_every_field_stays_placed_once_in_the_order_of_the_fields(ops):
    spec = edit.arranged(SPEC)
    for op in ops:
        spec = apply(spec, op)
        assert sorted(edit.placed(spec.layout)) == ["a", "b", "c", "d", "t"], op
        assert [f.code for f in spec.fields] == list(edit.placed(spec.layout))
        for item in spec.layout:
            assert item.kind in ("row", "group", "table")
            inner = item.items if item.kind == "group" else ()
            assert all(i.kind in ("row", "table") for i in inner)
            rows = [item, *inner]
            assert all(0 < len(r.items) <= edit.MOST_IN_ROW for r in rows if r.kind == "row")
        assert edit.arranged(spec) == spec
        assert edit.arranged(edit.settled(spec)) == spec


def test_pieces_stand_beside_each_other_and_alone_again():
    spec = edit.move(edit.arranged(SPEC), "f:b", "beside")
    assert shape(spec) == [["a", "b"], ["c"], "t", ["d"]]
    spec = edit.move(spec, "f:b", "left")
    assert shape(spec)[0] == ["b", "a"]
    assert [f.code for f in spec.fields][:2] == ["b", "a"]
    assert shape(edit.move(spec, "f:b", "alone"))[:2] == [["a"], ["b"]]
    assert shape(edit.move(spec, "f:a", "up"))[:2] == [["a"], ["b"]]


def test_a_piece_goes_into_a_group_and_out():
    spec = edit.add_item(SPEC, LayoutItem("group", label="G"), "f:b")
    assert shape(spec) == [["a"], ["b"], ("G", []), ["c"], "t", ["d"]]
    spec = edit.move(spec, "f:b", "down")
    spec = edit.move(spec, "f:c", "up")
    assert shape(spec)[1] == ("G", [["b"], ["c"]])
    assert shape(edit.move(spec, "f:b", "up"))[:3] == [["a"], ["b"], ("G", [["c"]])]
    spec = edit.place(spec, "f:t", "p:1", "inside")
    assert shape(spec) == [["a"], ("G", [["b"], ["c"], "t"]), ["d"]]
    assert shape(edit.remove(spec, "p:1")) == [["a"], ["b"], ["c"], "t", ["d"]]


def test_a_field_that_goes_leaves_views_and_title():
    spec = edit.remove(SPEC, "f:a")
    assert spec.views[0].columns == ("b",)
    assert spec.title_field == ""
    assert [c.code for c in edit.remove(SPEC, "f:x").fields[3].fields] == ["y"]


def test_a_new_code_is_followed():
    spec = edit.set_field(edit.arranged(SPEC), "a", replace(FIELDS[0], code="n"))
    assert next(iter(edit.placed(spec.layout))) == "n"
    assert spec.views[0].columns == ("n", "b")
    assert spec.title_field == "n"
    assert edit.set_field(SPEC, "a", replace(FIELDS[0], code="x")) == SPEC, "the code is taken by a column"


def test_columns_move_and_new_fields_land_beside_the_chosen_one():
    spec = edit.move(SPEC, "f:y", "up")
    assert [c.code for c in edit.field_of(spec, "t").fields] == ["y", "x"]
    spec = edit.add_field(SPEC, F("n", "text", "N"), "f:a")
    assert [f.code for f in spec.fields][:2] == ["a", "n"]
    spec = edit.add_field(SPEC, F("n", "text", "N"), "f:x")
    assert [f.code for f in spec.fields][3:5] == ["t", "n"]
