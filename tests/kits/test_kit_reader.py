"""The YAML reader: hostile input ends quickly, with a line and plain words; plain data comes back the same."""

import contextlib

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tomoni.core.privacy import find_individual_number
from tomoni.kits.format import reader
from tomoni.kits.format.codec import write_yaml
from tomoni.kits.format.problems import KitInvalid
from tomoni.kits.format.reader import read

LAUGHS = "a: &a [x, x]\n" + "\n".join(f"b{i}: &b{i} [*a, *a]" for i in range(9))


@pytest.mark.parametrize(
    ("text", "word", "line"),
    [
        (LAUGHS, "指す", 1),
        ("a: 1\nb: *nothing", "指す", 2),
        ("a: 1\nb: !!python/object/apply:os.system ['true']", "型", 2),
        ("a: !!binary aGVsbG8=", "型", 1),
        ("!local {a: 1}", "型", 1),
        ("a: 1\n---\nb: 2", "1つのファイル", 2),
        ("a: 1\nb: 2\na: 3", "2回", 3),
        ("{a: 1, {b: 2}: 3}", "見出し", 1),
        ("[a]: 1", "見出し", 1),
        ("'': 1", "見出し", 1),
        ('a: "\\0"', "制御文字", 1),
        ('a: "\\ud800"', "", 1),
        ('a: "\\u202eevil"', "制御文字", 1),
        ("a: \x07", "制御文字", 1),
        ("a: [1, 2", "YAML", 1),
        ("a: b: c", "YAML", 1),
        ("", "空", 0),
        ("# nothing\n", "空", 0),
    ],
)
def test_hostile_or_broken_text_is_refused_with_words_and_line(text, word, line):
    with pytest.raises(KitInvalid) as caught:
        read(text)
    problem = caught.value.problems[0]
    assert word in str(problem.message)
    assert problem.line >= line if line else True


def test_depth_is_limited_without_recursion():
    for text in (
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "\n".join(" " * i + "a:" for i in range(400)),
    ):
        with pytest.raises(KitInvalid):
            read(text)


def test_number_of_nodes_is_limited():
    with pytest.raises(KitInvalid, match="多すぎ"):
        read("[" + ",".join("1" for _ in range(reader.MAX_NODES + 1)) + "]")


def test_size_is_limited():
    with pytest.raises(KitInvalid, match="大きすぎ"):
        read(b"a: " + b"x" * reader.MAX_BYTES)


def test_one_text_is_limited():
    with pytest.raises(KitInvalid, match="長すぎ"):
        read("a: " + "x" * (reader.MAX_TEXT + 1))


def test_wrong_encoding_names_the_line():
    with pytest.raises(KitInvalid, match="UTF-8") as caught:
        read("a: 1\nb: 受付".encode("cp932"))
    assert caught.value.problems[0].line == 2


def test_words_of_yaml_1_1_stay_text():
    text = 'no: no\n"on": on\ntime: 13:00\nday: 2026-04-01\noctal: 0o17\nzero: 007\nbig: 1234567890123456789012\nyes: true\nnothing:\n'
    plain = read(text).plain()
    assert plain == {
        "no": "no",
        "on": "on",
        "time": "13:00",
        "day": "2026-04-01",
        "octal": "0o17",
        "zero": "007",
        "big": "1234567890123456789012",
        "yes": True,
        "nothing": None,
    }


def test_both_parsers_agree(monkeypatch):
    monkeypatch.setattr(reader, "_LOADER", yaml.SafeLoader)
    assert read("a: [1, {b: 13:00}]").plain() == {"a": [1, {"b": "13:00"}]}
    with pytest.raises(KitInvalid):
        read(LAUGHS)


def test_lines_are_kept():
    tree = read("a:\n  - b: 1\n    c: 2\n  - b: 3\n")
    assert tree.line_at("a.0.c") == 3
    assert tree.line_at("a.1.b") == 4
    assert tree.line_at("a.1.nothing") == 4
    assert tree.line_at("") == 1


texts = st.text(
    st.characters(
        exclude_categories=("Cc", "Cs"),
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff\ufeff",
    ),
    max_size=40,
)
lines = st.lists(texts, max_size=4).map("\n".join)
# What looks like an individual number is refused, so it cannot be read back.
integers = st.integers(-(10**17), 10**17).filter(lambda n: find_individual_number(str(n)) is None)
scalars = st.one_of(st.none(), st.booleans(), integers, texts, lines)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts.filter(bool), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(texts.filter(bool), trees, min_size=1, max_size=4))
def test_what_is_written_reads_back_the_same(data):
    assert read(write_yaml(data)).plain() == data


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text):
    with contextlib.suppress(KitInvalid):
        read(text)
