"""A visitor with cookies and one kept-alive connection, and the scratch server they visit."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """Gets and posts pages; checks the status, so that nobody measures an error page."""

    def __init__(self, port: int, address: str = "203.0.113.1") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.address = address

    def get(self, path: str, status: int = 200) -> str:
        """The page's text."""
        return self._ask("GET", path, None, status)

    def post(self, path: str, values: Mapping[str, str], page: str, status: int = 302) -> str:
        """Send a form that was on `page`; returns where it leads."""
        token = TOKEN.search(page)
        body = urlencode({"csrfmiddlewaretoken": token.group(1) if token else "", **values})
        return self._ask("POST", path, body, status)

    def _ask(self, method: str, path: str, body: str | None, status: int) -> str:
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "X-Forwarded-For": self.address,
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        if answer.status != status:
            raise CommandError(_("{path} が {status} を返しました。").format(path=path, status=answer.status))
        return answer.getheader("Location") or text if method == "POST" else text


@contextlib.contextmanager
def serving(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `tomoni serve` on a data folder until the block ends."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("TOMONI_", "DJANGO_"))}
    command = [sys.executable, "-m", "tomoni.cli", "serve", "--data", str(data), "--port", str(port)]
    log = data / "serve.log"
    with log.open("wb") as said:
        process = subprocess.Popen(command, env=env, stdout=said, stderr=said)
    try:
        _wait(process, port, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, CommandError):
            Visitor(port).get("/healthz")
            return
        time.sleep(0.1)
    reason = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    raise CommandError(_("測るためのサーバーが動きませんでした: {reason}").format(reason=" ".join(reason)))


def tree_memory(root: int) -> float:
    """Megabytes that a process and those it started hold for themselves and share (PSS); 0 where nobody says."""
    total, waiting = 0.0, [root]
    while waiting:
        folder = Path("/proc") / str(waiting.pop())
        with contextlib.suppress(OSError, ValueError):
            rollup = (folder / "smaps_rollup").read_text(encoding="ascii", errors="replace")
            total += (
                sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
            )
            for task in (folder / "task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
    return total


def tree_cpu(root: int) -> float:
    """Processor seconds that a process and those it started have used so far; 0 where nobody says."""
    total, waiting, tick = 0.0, [root], os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
    while waiting:
        folder = Path("/proc") / str(waiting.pop())
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (
                (folder / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            )
            total += (int(fields[11]) + int(fields[12])) / tick
            for task in (folder / "task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
    return total
