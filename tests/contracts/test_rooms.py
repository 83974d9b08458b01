"""Rooms on one floor meet only at facades, and never in a circle."""

from __future__ import annotations

import ast
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src" / "tomoni"
ROOMS = [
    "workload",
    "challenges",
    "procedures",
    "participation",
    "automation",
    "kits",
    "kintone",
    "records",
    "people",
]
# What a lower room offers beside its facade, by its own doors.
DOORS = {
    "people": {"facade", "decorators", "models", "queries"},
    "records": {"facade", "keeping", "schema", "talk", "templatetags", "uses", "worktime"},
    "kits": {"facade", "registry"},
}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module.count(".") == 1:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
            else:
                found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def uses() -> dict[str, dict[str, set[str]]]:
    """room → other room → the parts it imports."""
    table: dict[str, dict[str, set[str]]] = {}
    for room in ROOMS:
        for path in (SRC / room).rglob("*.py"):
            for name in imports(path):
                parts = name.split(".")
                if parts[0] == "tomoni" and len(parts) > 2 and parts[1] in ROOMS and parts[1] != room:
                    table.setdefault(room, {}).setdefault(parts[1], set()).add(parts[2])
    return table


def test_rooms_enter_each_other_only_by_their_doors():
    wrong = [
        f"{room} → {other}.{part}"
        for room, others in uses().items()
        for other, parts in others.items()
        for part in sorted(parts - DOORS.get(other, {"facade"}))
    ]
    assert not wrong, wrong


def test_no_circle_of_rooms():
    graph = {room: set(others) for room, others in uses().items()}
    state: dict[str, int] = {}
    path: list[str] = []

    def walk(room: str) -> None:
        state[room] = 1
        path.append(room)
        for other in sorted(graph.get(room, ())):
            assert state.get(other) != 1, f"circle: {' → '.join([*path[path.index(other) :], other])}"
            if other not in state:
                walk(other)
        path.pop()
        state[room] = 2

    for room in ROOMS:
        if room not in state:
            walk(room)


def test_views_never_write():
    """No `.save(`, `.create(`, `.delete(`, `.update(` on a manager inside views: writes are actions."""
    verbs = {"save", "create", "bulk_create", "get_or_create", "update_or_create"}
    wrong = []
    for room in [*ROOMS, "ui", "core"]:
        for path in (SRC / room).rglob("views/**/*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in verbs
                ):
                    target = ast.unparse(node.func.value)
                    if ".objects" in target or node.func.attr == "save":
                        wrong.append(f"{path.relative_to(SRC)}:{node.lineno} {target}.{node.func.attr}")
    assert not wrong, wrong


def test_the_clock_is_read_in_one_place():
    wrong = [
        f"{p.relative_to(SRC)}"
        for p in SRC.rglob("*.py")
        if p.name != "clock.py"
        and any(
            s in p.read_text(encoding="utf-8") for s in ("timezone.now()", "datetime.now(", "date.today()")
        )
        and "core/logs" not in p.as_posix()
    ]
    assert not wrong, wrong
