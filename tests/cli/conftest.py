"""Scratch towns and running servers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from town_tools import Served, init, new_database


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Commands make towns of their own, on SQLite; on PostgreSQL only the tests named for it run, and only there."""
    here = Path(__file__).parent
    on_postgres = os.environ.get("TOMONI_TEST_DB") == "postgres"
    gone = [i for i in items if here in Path(str(i.path)).parents and ("postgres" in i.name) != on_postgres]
    items[:] = [item for item in items if item not in gone]
    config.hook.pytest_deselected(items=gone)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town made once; tests work on copies."""
    return init(tmp_path_factory.mktemp("prepared") / "data")


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """A town of one's own, with a file in its store."""
    target = tmp_path / "data"
    shutil.copytree(prepared, target)
    (target / "files" / "ab").mkdir(parents=True)
    (target / "files" / "ab" / "abcdef").write_bytes(os.urandom(3_000_000))
    return target


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Start servers that end with the test."""
    running: list[Served] = []

    def start(data: Path, *arguments: str, **env: str) -> Served:
        running.append(Served(data, *arguments, **env))
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture(scope="session")
def town_on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town made once in a database of its own; tests leave it as it was."""
    return init(tmp_path_factory.mktemp("postgres") / "data", url=new_database())
