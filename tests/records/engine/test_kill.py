"""`kill -9` in the middle of an import or of a change of type: the old state or the new, never a mix.

Five points at random each; `make soak` tries fifty (`TOMONI_TEST_KILLS`) and prints what it found.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

SCRIPT = Path(__file__).parent / "scripts" / "killed.py"
KILLS = int(os.environ.get("TOMONI_TEST_KILLS", "5"))
ROWS = 3_000


class Town:
    """A town with its own database, prepared once and copied for each kill."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("TOMONI_")},
            "TOMONI_DATA": str(folder),
            "TOMONI_SECRET_KEY": "killed-" + "y" * 50,
            "TOMONI_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tomoni.config.settings",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )  # fmt: skip

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=180)
        assert process.returncode == 0, err[-3000:]
        return out

    def state(self, what: str = "check") -> dict:
        return json.loads(self.run(str(SCRIPT), what).splitlines()[-1])


def on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["TOMONI_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def address(name: str) -> str:
    server = os.environ.get("TOMONI_DATABASE_URL", "")
    if not server:
        return ""
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    return url if "://" in url else url.replace(":/", ":///", 1)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder, name = tmp_path_factory.mktemp("killed"), f"kill_{uuid.uuid4().hex[:10]}"
    if address(name):
        on_server(f'CREATE DATABASE "{name}"')
    town = Town(folder, address(name))
    town.run("-m", "django", "migrate", "--verbosity", "0")
    town.run(str(SCRIPT), "prepare")
    yield town, name
    if address(name):
        on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def copies(prepared, tmp_path):
    """Makes copies of the prepared town."""
    town, template = prepared
    made = []

    def copy() -> Town:
        folder, name = tmp_path / f"town-{len(made)}", f"kill_{uuid.uuid4().hex[:10]}"
        shutil.copytree(town.folder, folder)
        if town.url:
            on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        made.append(name)
        return Town(folder, address(name))

    yield copy
    for name in made:
        if town.url:
            on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def killed(town: Town, what: str, after: float) -> bool:
    """Run something and kill it so many seconds after it began; whether it had ended before."""
    process = town.start(str(SCRIPT), what)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "begun"
    time.sleep(after)
    process.kill()
    out, _err = process.communicate()
    return "ended" in out


def lasts(town: Town, what: str) -> float:
    """How long it takes when nobody kills it."""
    process = town.start(str(SCRIPT), what)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "begun"
    begun = time.monotonic()
    assert process.stdout.readline().strip() == "ended"
    process.communicate()
    return time.monotonic() - begun


def test_an_import_is_there_or_not(copies):
    whole = lasts(copies(), "import")
    outcomes: Counter[str] = Counter()
    for _ in range(KILLS):
        town = copies()
        ended = killed(town, "import", random.uniform(0, whole * 1.1))
        found = town.state()["import"]
        assert found["records"] in (0, ROWS), found
        assert found["links"] == found["found"] == found["filled"] == found["records"]
        assert not ended or found["records"] == ROWS
        outcomes["new" if found["records"] else "old"] += 1
        again = town.state("finish")["import"]
        assert {**again, "waiting": False} == {**found, "waiting": False}
        assert not again["waiting"]
    print(f"\nimport: {KILLS} kills, {dict(outcomes)}")


def test_a_type_is_changed_or_not_and_the_job_says_which(copies):
    whole = lasts(copies(), "type")
    outcomes: Counter[str] = Counter()
    for _ in range(KILLS):
        town = copies()
        killed(town, "type", random.uniform(0, whole * 1.1))
        found = town.state()["type"]
        assert found["type"] in ("text", "number")
        assert (found["filled"], found["sum"]) == (ROWS, str(ROWS * (ROWS - 1) // 2))
        outcomes["new" if found["type"] == "number" else "old"] += 1
        after = town.state("finish")
        assert after["job"]["state"] == "done", after["job"]
        assert "3,000" in after["job"]["message"]
        assert (after["type"]["type"], after["type"]["sum"]) == ("number", found["sum"])
        assert after["left"] == 2  # the field and its former self: nothing of the attempt that died
    print(f"\ntype: {KILLS} kills, {dict(outcomes)}")
