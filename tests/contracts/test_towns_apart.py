"""Two towns on one machine share no file, cookie, cache or key."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from town_tools import PASSWORD, Served, init

from tomoni.cli.bench.web import Visitor
from tomoni.cli.errors import CommandError

NO_MFA = {"TOMONI_STAFF_MFA": "false"}


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    folder = tmp_path_factory.mktemp("towns")
    servers = []
    for name in ("東町", "西町"):
        (folder / name).mkdir()
        servers.append(Served(init(folder / name / "data", name), **NO_MFA))
    yield servers[0], servers[1]
    for server in servers:
        server.stop()


def data_of(server: Served) -> Path:
    return Path(server.log.name).parent / "data"


def visitor(server: Served) -> Visitor:
    found = Visitor(server.port)
    page = found.get("/accounts/login/")
    found.post("/accounts/login/", {"login": "kanri", "password": PASSWORD}, page)
    return found


def test_each_shows_only_itself(towns: tuple[Served, Served]) -> None:
    pages = [visitor(server).get("/") for server in towns]
    assert "東町" in pages[0]
    assert "西町" not in pages[0]
    assert "西町" in pages[1]
    assert "東町" not in pages[1]


def test_cookies_have_different_names_and_open_nothing_elsewhere(towns: tuple[Served, Served]) -> None:
    east, west = (visitor(server) for server in towns)
    assert east.cookies
    assert not set(east.cookies) & set(west.cookies)
    stranger = Visitor(towns[1].port)
    stranger.cookies = dict(east.cookies)
    with pytest.raises(CommandError, match="302"):
        stranger.get("/me/")
    # Not even under the other town's name: the session is not there, and the key is another one.
    renamed = Visitor(towns[1].port)
    renamed.cookies = dict(
        zip(sorted(west.cookies), [east.cookies[name] for name in sorted(east.cookies)], strict=True)
    )
    with pytest.raises(CommandError, match="302"):
        renamed.get("/me/")


def test_keys_differ(towns: tuple[Served, Served]) -> None:
    keys = set()
    for server in towns:
        (line,) = [x for x in (data_of(server) / "tomoni.env").read_text().splitlines() if "SECRET_KEY" in x]
        keys.add(line)
    assert len(keys) == 2


def test_sessions_and_cache_rows_stay_at_home(towns: tuple[Served, Served]) -> None:
    for server in towns:
        visitor(server)
    found = []
    for server in towns:
        with closing(sqlite3.connect(data_of(server) / "tomoni.sqlite3", timeout=30)) as db:
            sessions = {key for (key,) in db.execute("SELECT session_key FROM django_session")}
            cached = {key for (key,) in db.execute("SELECT cache_key FROM core_cache")}
            found.append((sessions, cached))
    assert found[0][0]
    assert not found[0][0] & found[1][0]
    assert not found[0][1] & found[1][1]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see which files a process holds open")
def test_no_process_holds_a_file_of_the_other_town(towns: tuple[Served, Served]) -> None:
    for server, other in (towns, towns[::-1]):
        visitor(server)
        folder = Path(f"/proc/{server.process.pid}/fd")
        held = {os.readlink(entry) for entry in folder.iterdir() if entry.is_symlink() and entry.exists()}
        assert any(path.startswith(str(data_of(server))) for path in held)
        assert not any(path.startswith(str(data_of(other).parent)) for path in held)


def test_what_one_town_writes_the_other_never_sees(towns: tuple[Served, Served]) -> None:
    before = (data_of(towns[1]) / "tomoni.sqlite3").stat().st_ino
    for _number in range(3):
        visitor(towns[0])
    with closing(sqlite3.connect(data_of(towns[1]) / "tomoni.sqlite3", timeout=30)) as db:
        names = {name for (name,) in db.execute("SELECT name FROM core_town")}
    assert names == {"西町"}
    assert (data_of(towns[1]) / "tomoni.sqlite3").stat().st_ino == before
