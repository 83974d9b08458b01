"""The drill of CI: make the demo cold, start it, look at it, back it up while it runs, restore and compare.

Prints one line a step with its time; exits 1 at the first thing that is not as it should be.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from pathlib import Path

TOMONI = str(Path(sys.executable).parent / "tomoni")


def free_port() -> int:
    """A port that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def expect(condition: bool, text: str) -> None:
    """Stop the drill when something is not as it should be."""
    if not condition:
        sys.exit(f"drill: {text}")


def get(url: str) -> tuple[int, str]:
    """Status and body."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode("utf-8", "replace")


def start(data: Path, port: int) -> tuple[subprocess.Popen[str], float]:
    """Start the demo; returns when it is ready, with the seconds it took."""
    begun = time.monotonic()
    process = subprocess.Popen([TOMONI, "demo", "--data", str(data), "--port", str(port)], text=True)
    while time.monotonic() - begun < 120:
        if process.poll() is not None:
            sys.exit("drill: the demo ended by itself")
        try:
            if get(f"http://127.0.0.1:{port}/readyz")[0] == 200:
                return process, time.monotonic() - begun
        except OSError:
            time.sleep(0.1)
    process.kill()
    sys.exit("drill: the demo was not ready within 120 s")


def stop(process: subprocess.Popen[str]) -> float:
    """Ctrl+C; returns the seconds until it ended."""
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.wait(15)
    expect(process.returncode == 0, f"the demo ended with {process.returncode}")
    return time.monotonic() - begun


def run(*arguments: str, code: int = 0, passphrase: str = "") -> str:
    """Run a command of Tomoni and compare its exit code."""
    env = os.environ | {"TOMONI_BACKUP_PASSPHRASE": passphrase}
    done = subprocess.run([TOMONI, *arguments], capture_output=True, text=True, env=env, check=False)
    expect(
        done.returncode == code,
        f"tomoni {arguments[0]} ended with {done.returncode}: {done.stderr or done.stdout}",
    )
    return done.stdout


def rows(data: Path) -> dict[str, int]:
    """Rows of the tables that do not change while nobody works."""
    with closing(sqlite3.connect(data / "tomoni.sqlite3")) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if re.match(r"people_|records_|workload_|procedures_|r_\d+(_m)?$", name)
        ]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def main() -> None:
    """The whole drill."""
    with tempfile.TemporaryDirectory(prefix="tomoni-drill-") as scratch:
        folder, port = Path(scratch), free_port()
        data = folder / "demo"
        process, cold = start(data, port)
        print(f"ok  demo cold start: {cold:.1f} s")
        for host in ("127.0.0.1", "localhost"):
            status, page = get(f"http://{host}:{port}/accounts/login/")
            expect(status == 200 and "password" in page, f"the sign-in page on {host} is not there")
        people = json.loads(run("demo-accounts", "--json", "--data", str(data)))
        expect(
            {p["role"] for p in people} == {"clerk", "dx", "manager", "resident"},
            "the four people are not there",
        )
        sealed = folder / "sealed.tomoni"
        run("backup", "--data", str(data), "--to", str(sealed), passphrase="drill passphrase")
        print(f"ok  demo stopped: {stop(process):.1f} s")
        process, warm = start(data, port)
        stop(process)
        print(f"ok  demo warm start: {warm:.1f} s")
        restored = folder / "restored"
        run("restore", str(sealed), "--data", str(restored), code=1, passphrase="wrong")
        expect(not restored.exists(), "a failed restore left something behind")
        run("restore", str(sealed), "--data", str(restored), passphrase="drill passphrase")
        expect(rows(restored) == rows(data), "the restored tables differ")
        run("verify-audit", "--data", str(restored))
        print(f"ok  restored: {sum(rows(restored).values())} rows compared, audit chain whole")


if __name__ == "__main__":
    main()
