import hashlib

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tomoni.people.passwords import disguises, in_sorted_file, is_breached


@pytest.mark.parametrize(
    "password", ["password12345", "P@ssw0rd!!!!!", "qwertyqwerty", "123456123456", "Dragon2024!!!!"]
)
def test_breached_and_disguised_ones_are_refused(password):
    assert is_breached(password)
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["みどりの かさ 7つ 北の駅", "correct-horse-battery-7", "turtle lamp orbit cedar"]
)
def test_long_unknown_ones_are_taken(password):
    validate_password(password)


def test_short_ones_are_refused_whatever_they_are():
    with pytest.raises(ValidationError):
        validate_password("xK9$vQ2!zR7")


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=60), st.text(min_size=1, max_size=12))
def test_binary_search_agrees_with_a_set(tmp_path_factory, known, asked):
    digests = sorted({hashlib.sha1(k.encode()).hexdigest().upper() for k in known})
    path = tmp_path_factory.mktemp("list") / "sorted.txt"
    path.write_text("".join(f"{d}:{i}\n" for i, d in enumerate(digests)))
    for word in {asked, *known}:
        digest = hashlib.sha1(word.encode()).hexdigest()
        assert in_sorted_file(path, digest) == (digest.upper() in digests)


def test_disguises_include_the_plain_word():
    assert "password" in disguises("P@ssw0rd2024!")
    assert "abc" in disguises("abcabcabcabc")
