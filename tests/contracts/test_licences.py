"""No GPL or AGPL in what the product installs."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution, requires

FORBIDDEN = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|Affero|GNU General Public", re.IGNORECASE)
# LGPL is allowed for libraries that are only imported (psycopg), never for code that is copied.
LESSER = re.compile(r"LGPL|Lesser", re.IGNORECASE)


def name_of(requirement: str) -> str:
    return re.split(r"[ ;<>=!~\[(]", requirement, maxsplit=1)[0]


def runtime_tree() -> set[str]:
    """Names of everything that `pip install tomoni[postgres]` brings."""
    seen: set[str] = set()
    queue = [name_of(r) for r in requires("tomoni") or [] if "extra ==" not in r or "postgres" in r]
    while queue:
        name = queue.pop()
        key = name.lower().replace("_", "-")
        if key in seen:
            continue
        try:
            distribution(name)
        except PackageNotFoundError:
            continue  # for another platform or Python
        seen.add(key)
        queue += [name_of(r) for r in requires(name) or [] if "extra ==" not in r]
    return seen


def licence_of(name: str) -> str:
    meta = distribution(name).metadata
    classifiers = [c for c in meta.get_all("Classifier") or [] if c.startswith("License")]
    return " ".join([meta.get("License-Expression") or "", (meta.get("License") or "")[:80], *classifiers])


def test_runtime_dependencies_are_compatible():
    tree = runtime_tree()
    assert len(tree) > 15, "the tree was not read"
    bad = {
        n: licence_of(n) for n in tree if FORBIDDEN.search(licence_of(n)) and not LESSER.search(licence_of(n))
    }
    assert not bad, bad


def test_the_check_would_catch_one():
    assert FORBIDDEN.search("License :: OSI Approved :: GNU Affero General Public License v3")
    assert FORBIDDEN.search("GPL-3.0-or-later")
    assert not FORBIDDEN.search("BSD-3-Clause")


def test_every_dependency_has_its_reason_in_a_decision_record():
    from pathlib import Path

    record = (Path(__file__).resolve().parents[2] / "docs/decisions/0002-dependencies.md").read_text(
        encoding="utf-8"
    )
    direct = {name_of(r).lower() for r in requires("tomoni") or []}
    missing = [n for n in sorted(direct) if f"`{n}`" not in record.lower()]
    assert not missing, missing
