"""Scratch towns and running servers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from town_tools import Served, init


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
