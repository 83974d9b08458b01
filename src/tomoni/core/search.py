"""Folding and bigrams, so that 全角 and 半角, カナ and case do not matter and two-character words are found."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """NFKC, case folded, runs of space as one: for comparison and search."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _SPACE.sub(" ", folded).strip()


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of characters of each word of the folded text; a single character stands alone."""
    grams: list[str] = []
    for word in _WORD.findall(fold(text)):
        grams.extend([word] if len(word) == 1 else [word[i : i + 2] for i in range(len(word) - 1)])
    return grams


def contains(haystack: str, needle: str) -> bool:
    """Whether every word of the needle stands somewhere in the text, both folded."""
    folded = fold(haystack)
    return all(word in folded for word in fold(needle).split(" "))
