"""What must hold between real processes and threads, on the database that the suite runs on."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"


def wait_for(path: Path, lines: int, seconds: float = 60) -> list[str]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = path.read_text().splitlines() if path.exists() else []
        if len(found) >= lines:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{path.name}: fewer than {lines} lines")


def worker(processes, lease: float, threads: int = 1):
    process = processes.start(str(SCRIPTS / "worker.py"), str(lease), str(threads))
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    return process


def state(processes, job: str) -> dict:
    return json.loads(processes.script("job_state", job))


def test_a_job_survives_kill_9(processes, tmp_path):
    log = tmp_path / "log"
    first = worker(processes, lease=2)
    job = processes.script("enqueue", "slow", f"log={log}", "seconds=600").strip()
    wait_for(log, 1)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert state(processes, job)["state"] == "running"

    processes.script("shorten", job)
    worker(processes, lease=2)
    lines = wait_for(log, 3)
    until = time.monotonic() + 30
    while state(processes, job)["state"] != "done" and time.monotonic() < until:
        time.sleep(0.2)
    found = state(processes, job)
    assert found == {"state": "done", "attempts": 2, "result": {"attempt": 2}, "error": ""}
    assert [line.split()[:2] for line in lines] == [["start", "1"], ["start", "2"], ["end", "2"]]


def test_each_job_runs_once_with_two_workers(processes, tmp_path):
    log = tmp_path / "log"
    processes.script("enqueue_many", log, 40)
    worker(processes, lease=30, threads=3)
    worker(processes, lease=30, threads=3)
    numbers = sorted(map(int, wait_for(log, 40)))
    assert numbers == list(range(40))


def test_a_heartbeat_keeps_a_long_job(processes, tmp_path):
    log = tmp_path / "log"
    worker(processes, lease=1.0)
    worker(processes, lease=1.0)
    job = processes.script("enqueue", "slow", f"log={log}", "seconds=4").strip()
    wait_for(log, 2)
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["start", "end"]
    assert state(processes, job)["attempts"] == 1


def test_audit_under_concurrent_writers(processes):
    found = json.loads(processes.script("hammer", "audit"))
    # 7 writers × 25 rounds, every fifth rolled back.
    assert found == {"ok": True, "sealed": 140, "unsealed": 0, "rows": 140}


def test_throttle_is_exact_under_concurrency(processes):
    assert json.loads(processes.script("hammer", "throttle")) == {"allowed": 100}


def test_outbox_delivers_each_event_once(processes):
    assert json.loads(processes.script("hammer", "outbox")) == {"notices": 100, "distinct": 100, "done": 100}


def test_same_content_is_stored_once(processes):
    assert json.loads(processes.script("hammer", "files")) == {"distinct": 3, "rows": 200}
    folder = Path(processes.environment["TOMONI_DATA"]) / "files"
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 3
