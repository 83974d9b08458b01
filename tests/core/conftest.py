"""Fixtures of the core's tests: an own data folder, and real processes against an own database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(autouse=True)
def own_data(settings, tmp_path: Path) -> Path:
    """Checkpoints, mails and files of a test stay in its own folder."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


class Processes:
    """Real processes of one town with its own database, as in operation."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("TOMONI_")},
            "TOMONI_DATA": str(folder),
            "TOMONI_SECRET_KEY": "processes-" + "y" * 50,
            "TOMONI_DATABASE_URL": database_url,
            "TOMONI_MAIL": "file",
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "tomoni.config.settings"),
            "PYTHONPATH": os.pathsep.join([str(SCRIPTS), os.environ.get("PYTHONPATH", "")]),
        }
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a process; it is killed at the end of the test."""
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def run(self, *arguments: str) -> str:
        """Run a process to its end; returns what it printed."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err[-4000:]
        return out

    def script(self, name: str, *arguments: object) -> str:
        """Run one of `scripts/`."""
        return self.run(str(SCRIPTS / f"{name}.py"), *map(str, arguments))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A migrated town to copy from: its folder (SQLite) or its database's URL (PostgreSQL)."""
    folder = tmp_path_factory.mktemp("migrated")
    url, drop = _database(os.environ.get("TOMONI_DATABASE_URL", ""))
    made = Processes(folder, url)
    made.run("-m", "django", "migrate", "--verbosity", "0")
    yield folder, url
    drop()


@pytest.fixture
def processes(tmp_path: Path, migrated: tuple[Path, str]) -> Iterator[Processes]:
    """A town of its own, on the database that the suite runs on."""
    folder = tmp_path / "town"
    source, template = migrated
    if template:
        folder.mkdir()
    else:
        shutil.copytree(source, folder)
    url, drop = _database(os.environ.get("TOMONI_DATABASE_URL", ""), urlsplit(template).path.lstrip("/"))
    made = Processes(folder, url)
    yield made
    for process in made.running:
        if process.poll() is None:
            process.kill()
            process.wait()
    drop()


def _database(server: str, template: str = "template1") -> tuple[str, Callable[[], None]]:
    """A new PostgreSQL database and how to drop it; nothing for SQLite."""
    if not server:
        return "", lambda: None
    import psycopg

    name = f"core_{uuid.uuid4().hex[:12]}"

    def execute(statement: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    if "://" not in url:
        raise ValueError(url)
    return url, lambda: execute(f'DROP DATABASE "{name}" WITH (FORCE)')
