"""Receipt numbers, verification, visibility, furigana: without a database."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomoni.procedures import furigana, receipt, secrets, verification
from tomoni.procedures.visibility import visible

numbers = st.builds(
    lambda day, seed: receipt.generate(day, choose=__import__("random").Random(seed).choice),
    st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    st.integers(),
)


def test_receipt_carries_sixty_bits() -> None:
    assert (
        receipt.RANDOM_LENGTH * math.log2(len(receipt.ALPHABET))
        - math.log2(receipt.MODULUS / len(receipt.ALPHABET))
        >= 60
    )
    assert len(set(receipt.ALPHABET)) == len(receipt.ALPHABET)
    for pair in ("0O", "1I", "1L", "8B", "5S", "2Z", "VU"):
        assert sum(c in receipt.ALPHABET for c in pair) <= 1


@given(numbers)
def test_receipt_is_understood_as_written(number: str) -> None:
    assert receipt.normalize(number) == number


@given(numbers, st.integers(0, 30))
def test_receipt_survives_how_people_type(number: str, n: int) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in number)
    typed = [
        number.lower(),
        number.replace("-", ""),
        number.replace("-", " "),
        wide,
        f"　{number}　",
        number.replace("-", "ー"),
    ]
    swapped = number[:3] + number[3:].replace("8", "B").replace("5", "S").replace("2", "Z").replace("V", "U")
    for text in [*typed, swapped]:
        assert receipt.normalize(text) == number


@given(numbers, st.data())
def test_every_single_wrong_character_is_noticed(number: str, data: st.DataObject) -> None:
    places = [i for i, c in enumerate(number) if c != "-" and i > 2]
    at = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([c for c in receipt.ALPHABET if c != number[at]]))
    assert receipt.normalize(number[:at] + other + number[at + 1 :]) is None


@given(numbers, st.data())
def test_every_exchange_of_two_characters_is_noticed(number: str, data: st.DataObject) -> None:
    places = [i for i, c in enumerate(number) if c != "-" and i > 2]
    a, b = data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True))
    if number[a] == number[b]:
        return
    letters = list(number)
    letters[a], letters[b] = letters[b], letters[a]
    assert receipt.normalize("".join(letters)) is None


@given(st.text(max_size=80))
def test_nonsense_is_no_receipt(text: str) -> None:
    made = receipt.normalize(text)
    assert made is None or receipt.normalize(made) == made


def test_fiscal_year_prefix() -> None:
    assert receipt.generate(date(2026, 4, 1)).startswith("R8-")
    assert receipt.generate(date(2027, 3, 31)).startswith("R8-")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昭和33年5月2日", "1958-05-02"),
        ("Ｓ33.5.2", "1958-05-02"),
        ("1958/5/2", "1958-05-02"),
        ("19580502", "1958-05-02"),
        ("2月30日", ""),
        ("", ""),
    ],
)
def test_birth_dates_fold(text: str, day: str) -> None:
    assert verification.fold_birth(text) == (f"birth:{day}" if day else "")


@pytest.mark.parametrize(
    "text",
    ["090-1234-5678", "０９０ー１２３４ー５６７８", "+81 90 1234 5678", "(090)1234-5678", "09012345678"],
)
def test_telephones_fold(text: str) -> None:
    assert verification.fold_telephone(text) == "telephone:09012345678"


@pytest.mark.parametrize("text", ["", "abc", "12345678901234567890", "090-1234-567a", "110"])
def test_what_is_no_telephone(text: str) -> None:
    assert verification.fold_telephone(text) == ""


def test_verification_is_bound_to_the_receipt() -> None:
    one, two = (
        verification.digest("R8-A", "birth:1958-05-02"),
        verification.digest("R8-B", "birth:1958-05-02"),
    )
    assert one != two
    assert verification.matches("R8-A", "昭和33年5月2日", one)
    assert not verification.matches("R8-B", "昭和33年5月2日", one)
    assert not verification.matches("R8-A", "昭和33年5月3日", one)


def test_unreadable_proof_matches_nothing() -> None:
    assert not verification.matches("R8-A", "???", verification.digest("R8-A", ""))


def test_tokens_and_tickets() -> None:
    token = secrets.new_token()
    assert secrets.genuine_token(token)
    assert not secrets.genuine_token(token[:-1] + ("A" if token[-1] != "A" else "B"))
    assert not secrets.genuine_token("x")
    assert secrets.read_ticket("status", secrets.make_ticket("status", 7)) == 7
    assert secrets.read_ticket("answer", secrets.make_ticket("status", 7)) is None
    assert secrets.read_ticket("status", "7:abc:def") is None
    assert secrets.unseal(secrets.seal("R8")) == "R8"
    assert secrets.unseal("tampered") == ""


@dataclass
class Q:
    field_code: str
    visible_field: str = ""
    visible_op: str = "is"
    visible_value: str = ""


codes = st.lists(st.sampled_from("abcdef"), min_size=1, unique=True)


@given(codes, st.data())
def test_visible_against_a_naive_reading(order: list[str], data: st.DataObject) -> None:
    questions = []
    for n, code in enumerate(order):
        before = order[:n]
        rule = data.draw(st.sampled_from(["", *before]))
        questions.append(
            Q(
                code,
                rule,
                data.draw(st.sampled_from(["is", "is_not", "filled"])),
                data.draw(st.sampled_from("xy")),
            )
        )
    answers = {c: data.draw(st.sampled_from(["", "x", "y", ["x"], ["x", "y"], None])) for c in order}

    def asked(q: Q) -> bool:
        if not q.visible_field:
            return True
        target = next(p for p in questions if p.field_code == q.visible_field)
        given_ = answers[target.field_code] if asked(target) else None
        parts = list(given_) if isinstance(given_, list) else [given_] if given_ else []
        if q.visible_op == "filled":
            return bool(parts)
        return (q.visible_value in parts) if q.visible_op == "is" else (q.visible_value not in parts)

    assert [q.field_code for q in visible(questions, answers)] == [
        q.field_code for q in questions if asked(q)
    ]


def test_furigana_marks_known_words_only() -> None:
    assert furigana.annotate("受付番号") == "<ruby>受付番号<rt>うけつけばんごう</rt></ruby>"
    assert furigana.annotate("<p>野々市市民</p>") == "<p>野々市市民</p>"
    assert "<ruby>子<rt>こ</rt></ruby>さん" in furigana.annotate("お子さんの名前")


def test_furigana_leaves_tags_and_silent_elements_alone() -> None:
    html = '<title>番号</title><input value="番号"><option>番号</option><textarea>番号</textarea>'
    assert furigana.annotate(html) == html


@given(st.text(alphabet="受付番号お子さんの前<>ab戻るけ", max_size=30))
def test_furigana_never_changes_the_text(text: str) -> None:
    import re

    marked = furigana.annotate(text.replace("<", "").replace(">", ""))
    assert re.sub(r"<rt>.*?</rt>|</?ruby>", "", marked) == text.replace("<", "").replace(">", "")
