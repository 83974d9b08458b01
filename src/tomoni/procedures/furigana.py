"""ふりがな: readings over the kanji of resident pages, from a small dictionary of the interface's own words.

A run of kanji (with the kana that belong to it) is marked only when the dictionary knows it as a whole or
as a chain of known words; a name or a rare word is left alone rather than given a wrong reading. Only text
between tags is touched, never attributes, titles, options or text areas.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).with_name("furigana.tsv")
_PIECES = re.compile(r"(<[^>]*>)")
_KANJI = "\u3005\u4e00-\u9fff"
_RUN = re.compile(f"[{_KANJI}]+")
_SILENT = ("title", "option", "textarea", "script", "style", "ruby", "svg")


@cache
def words() -> dict[str, tuple[tuple[str, str], ...]]:
    """The dictionary: a word to its parts (text, reading); a part without a reading is kana."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, reading = line.split("\t")
            found[word] = _parts(word, reading)
    return found


@cache
def _longest() -> int:
    return max(len(word) for word in words())


def _parts(word: str, reading: str) -> tuple[tuple[str, str], ...]:
    """Split `受け付け` / `うけつけ` into ((受, う), (け, ""), (付, つ), (け, ""))."""
    pattern = "".join(
        "(.+?)" if _RUN.fullmatch(p) else f"({re.escape(p)})"
        for p in re.findall(f"[{_KANJI}]+|[^{_KANJI}]+", word)
    )
    match = re.fullmatch(pattern, reading)
    if match is None:
        raise ValueError(f"furigana: {word} {reading}")
    pieces = re.findall(f"[{_KANJI}]+|[^{_KANJI}]+", word)
    return tuple((p, r if _RUN.fullmatch(p) else "") for p, r in zip(pieces, match.groups(), strict=True))


def annotate(html: str) -> str:
    """The same HTML with `<ruby>` around the words the dictionary knows."""
    out: list[str] = []
    silent: list[str] = []
    for piece in _PIECES.split(html):
        if piece.startswith("<"):
            name = re.match(r"</?\s*([a-zA-Z0-9]+)", piece)
            tag = name.group(1).lower() if name else ""
            if tag in _SILENT and not piece.endswith("/>"):
                if piece.startswith("</"):
                    if tag in silent:
                        silent.remove(tag)
                else:
                    silent.append(tag)
            out.append(piece)
        else:
            out.append(piece if silent else _annotate_text(piece))
    return "".join(out)


def _annotate_text(text: str) -> str:
    out: list[str] = []
    at = 0
    for run in _RUN.finditer(text):
        if run.start() < at:
            continue
        chain, end = _chain(text, run.start(), run.end())
        out.append(text[at : run.start()])
        out.extend(_ruby(word) for word in chain)
        if not chain:
            end = run.end()
            out.append(run.group())
        at = end
    out.append(text[at:])
    return "".join(out)


def _chain(text: str, start: int, end: int) -> tuple[list[str], int]:
    """Known words that together cover the run from `start` to at least `end`; nothing if a kanji stays uncovered."""
    if start >= end:
        return [], start
    known = words()
    for length in range(min(_longest(), len(text) - start), 0, -1):
        word = text[start : start + length]
        if word not in known:
            continue
        after = start + length
        run = _RUN.match(text, after)
        if run is None and after >= end:
            return [word], after
        rest, stop = _chain(text, after, max(end, run.end() if run else end))
        if rest:
            return [word, *rest], stop
    return [], start


def _ruby(word: str) -> str:
    return "".join(f"<ruby>{p}<rt>{r}</rt></ruby>" if r else p for p, r in words()[word])
