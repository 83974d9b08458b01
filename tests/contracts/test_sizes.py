"""Sizes that keep a codebase friendly: files ≤ 600 lines (median ≤ 120), functions short."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src" / "tomoni"
FILES = [p for p in SRC.rglob("*.py") if "migrations" not in p.parts]


def lengths() -> dict[Path, int]:
    return {p: len(p.read_text(encoding="utf-8").splitlines()) for p in FILES}


def test_no_file_is_longer_than_600_lines():
    long = {str(p.relative_to(SRC)): n for p, n in lengths().items() if n > 600}
    assert not long, f"find the second thing that each does: {long}"


def test_the_median_file_has_at_most_120_lines_and_95_of_100_at_most_400():
    found = sorted(n for n in lengths().values() if n > 3)
    assert statistics.median(found) <= 120
    assert found[int(len(found) * 0.95)] <= 400


def functions() -> list[tuple[str, int]]:
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((f"{path.relative_to(SRC)}:{node.lineno} {node.name}", length))
    return found


def test_functions_are_short():
    found = functions()
    lengths_ = sorted(n for _, n in found)
    assert statistics.median(lengths_) <= 10
    assert lengths_[int(len(lengths_) * 0.95)] <= 40
    too_long = [f"{name} ({n} lines)" for name, n in found if n > 80]
    assert not too_long, too_long


def test_nothing_unfinished_is_left():
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplementedError")
    allowed = {"NotImplementedError"}
    found = [
        f"{p.relative_to(SRC)}: {mark}"
        for p in FILES
        for mark in marks
        if mark not in allowed and mark in p.read_text(encoding="utf-8")
    ]
    assert not found, found
