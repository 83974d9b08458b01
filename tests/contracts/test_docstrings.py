"""Every module, public class and public function says what it is for."""

from __future__ import annotations

import ast
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src" / "tomoni"


def missing(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    where = path.relative_to(SRC).as_posix()
    gaps = [] if ast.get_docstring(tree) else [f"{where}: module"]
    for node in tree.body:
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ):
            gaps.append(f"{where}:{node.lineno} {node.name}")
    return gaps


def test_everything_public_has_a_docstring():
    gaps = [g for p in SRC.rglob("*.py") if "migrations" not in p.parts for g in missing(p)]
    assert not gaps, gaps
