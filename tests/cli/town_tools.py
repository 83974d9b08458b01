"""Real commands in processes of their own, on scratch towns."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

PASSWORD = "correct-horse-battery-77"


def clean_env(**extra: str) -> dict[str, str]:
    """The environment without any setting of Tomoni, Japanese unless told otherwise."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOMONI_", "LC_", "LANG", "DJANGO"))
    }
    return kept | extra


def tomoni(
    *arguments: object, stdin: str = "", code: int | None = 0, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a command; `code` None accepts any exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "tomoni.cli", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        env=clean_env(**env),
        check=False,
        timeout=180,
    )
    assert code is None or done.returncode == code, (
        f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    )
    return done


def init(data: Path, name: str = "試験町", *, url: str = "", **env: str) -> Path:
    """Make a town."""
    extra = ["--database-url", url] if url else []
    tomoni(
        "init",
        "--data",
        data,
        "--town",
        name,
        "--code",
        "13101",
        "--admin",
        "kanri",
        "--password-stdin",
        *extra,
        stdin=PASSWORD,
        **env,
    )
    return data


def free_port() -> int:
    """A port that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A running `tomoni serve`."""

    def __init__(self, data: Path, *arguments: str, **env: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [
            sys.executable,
            "-m",
            "tomoni.cli",
            "serve",
            "--data",
            str(data),
            "--port",
            str(self.port),
            *arguments,
        ]
        self.log = (data.parent / f"serve-{self.port}.log").open("w+")
        self.process = subprocess.Popen(
            command, env=clean_env(**env), stdout=self.log, stderr=self.log, text=True
        )
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/healthz", timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise AssertionError(f"the server did not start: {self.said()}")

    def said(self) -> str:
        """What it wrote."""
        self.log.flush()
        return Path(self.log.name).read_text()

    def stop(self) -> int:
        """Ask it to end, and wait."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def new_database() -> str:
    """The URL of a new, empty database on the test's PostgreSQL."""
    import psycopg

    url, name = os.environ["TOMONI_DATABASE_URL"], f"town_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
