"""Folding, bigrams, masks and the guard against individual numbers."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomoni.core import privacy, search
from tomoni.core.context import request_id
from tomoni.core.logs import JsonFormatter


def test_fold():
    assert search.fold("　ＡＢＣ　ｶﾞ①\n") == "abc ガ1"
    assert search.fold("Straße") == search.fold("STRASSE")


@given(st.text())
def test_fold_is_stable(text):
    assert search.fold(search.fold(text)) == search.fold(text)


def test_bigrams():
    assert search.bigrams("歯科相談 A 1") == ["歯科", "科相", "相談", "a", "1"]
    assert search.bigrams("・、") == []


@given(st.text(), st.text(min_size=2, max_size=5))
def test_every_bigram_of_a_part_is_in_the_whole(text, part):
    whole = search.bigrams(f"{text} {part} {text}")
    assert set(search.bigrams(part)) <= set(whole)


def test_contains():
    assert search.contains("乳幼児歯科相談 予約受付", "予約　歯科")
    assert not search.contains("乳幼児歯科相談", "予約")


# 123456789018 is the example number of the 国税庁's forms.
@pytest.mark.parametrize(
    "text",
    [
        "123456789018",
        "１２３４５６７８９０１８",
        "1234-5678-9018",
        "1234 5678 9018",
        "番号は１２３４　５６７８　９０１８です",
        "1234ー5678－9018",
        "12 3456 7890 18",
    ],
)
def test_individual_number_is_found(text):
    start, end = privacy.find_individual_number(text)
    assert "".join(c for c in text[start:end] if c.isdigit())[:1] in ("1", "１")
    assert start == next(i for i, c in enumerate(text) if c.isdigit())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789012",
        "12345678901",
        "1234567890180",
        "a1234567890b18",
        "090-1234-5678",
        "2026-11-24 10:00",
    ],
)
def test_other_numbers_pass(text):
    assert privacy.find_individual_number(text) is None


def naive_check_digit(digits: list[int]) -> int:
    """The rule as written: P_n from the right, Q_n = n+1 (n ≤ 6) or n−5; 11 − Σ mod 11, 0 when that is ≤ 1 rest."""
    total = 0
    for n in range(1, 12):
        total += digits[11 - n] * (n + 1 if n <= 6 else n - 5)
    return 0 if total % 11 <= 1 else 11 - total % 11


@given(
    st.lists(st.integers(0, 9), min_size=11, max_size=11),
    st.sampled_from(["", "-", " ", "　", "−"]),
    st.booleans(),
)
def test_every_valid_number_is_found(digits, separator, wide):
    number = "".join(map(str, [*digits, naive_check_digit(digits)]))
    if wide:
        number = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    text = f"前{number[:4]}{separator}{number[4:8]}{separator}{number[8:]}後"
    assert privacy.find_individual_number(text) == (1, len(text) - 1)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("mail to taro.yamada@example.jp failed", "taro"),
        ("電話 090-1234-5678 から", "5678"),
        ("電話 ０９０－１２３４－５６７８", "5678"),
        ("(058)214-1111 / 058-214-1111", "214-1111"),
        ("+81 90-1234-5678", "5678"),
        ("number 123456789018", "9018"),
        ("1234-5678-9018", "9018"),
        ("Authorization: Bearer abc123def456", "abc123def456"),
        ("password=hunter2hunter2", "hunter2"),
        ("session 4f3c2b1a4f3c2b1a4f3c2b1a4f3c2b1a ended", "4f3c2b1a"),
        ("tmn_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6", "c3D4e5"),
    ],
)
def test_masked(text, gone):
    assert gone not in privacy.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T08:22:31.123",
        "request took 1234 ms",
        "record 12345 of app r_12",
        "HTTP 404",
        "受付番号 12",
    ],
)
def test_not_masked(text):
    assert privacy.mask(text) == text


def test_json_line():
    token = request_id.set("abc-123")
    try:
        raise ValueError("住所 taro@example.jp")
    except ValueError:
        record = logging.getLogger("tomoni.test").makeRecord(
            "tomoni.test",
            logging.ERROR,
            "f",
            1,
            "sent to %s",
            ("hanako@example.jp",),
            __import__("sys").exc_info(),
            extra={"job": 5, "who": "090-1234-5678"},
        )
    finally:
        request_id.reset(token)
    token = request_id.set("abc-123")
    line = JsonFormatter().format(record)
    request_id.reset(token)
    found = json.loads(line)
    assert "\n" not in line
    assert (found["level"], found["logger"], found["request"], found["job"]) == (
        "ERROR",
        "tomoni.test",
        "abc-123",
        5,
    )
    assert "ValueError" in found["exception"]
    for secret in ("taro", "hanako", "5678"):
        assert secret not in line
