"""The real server: event stream, uploads, broken requests, stopping, several processes."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from town_tools import PASSWORD, Served, clean_env, free_port, tomoni

from tomoni.cli.bench.web import Visitor

NO_MFA = {"TOMONI_STAFF_MFA": "false"}
Serve = Callable[..., Served]


@pytest.fixture(scope="module")
def running(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for the tests that leave it as it was."""
    data = tmp_path_factory.mktemp("running") / "data"
    shutil.copytree(prepared, data)
    server = Served(data, TOMONI_UPLOAD_MAX_MB="1", TOMONI_SERVER_THREADS="2", **NO_MFA)
    yield server
    server.stop()


def sign_in(server: Served) -> Visitor:
    visitor = Visitor(server.port)
    page = visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", {"login": "kanri", "password": PASSWORD}, page)
    return visitor


def stream(port: int, cookies: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(
        "GET", "/events/", headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
    )
    return connection.getresponse()


def happen(data: Path) -> None:
    """Write an event as any action would."""
    with closing(sqlite3.connect(data / "tomoni.sqlite3", timeout=30)) as db:
        db.execute(
            "INSERT INTO core_outboxevent (kind, payload, created_at, request_id) VALUES ('test.happened', '{}', '2026-01-01', '')"
        )
        db.commit()


def test_event_stream_is_for_signed_in_people_and_tells_of_changes(data: Path, serve: Serve) -> None:
    server = serve(data, **NO_MFA)
    assert stream(server.port, {}).status == 403
    assert stream(server.port, {"x": "y"}).status == 403
    visitor = sign_in(server)
    answer = stream(server.port, visitor.cookies)
    assert answer.status == 200
    assert answer.getheader("Content-Type", "").startswith("text/event-stream")
    assert answer.getheader("Cache-Control") == "no-store"
    assert answer.readline() == b"retry: 5000\n"
    seen = b""
    happened = 0
    while b"event: changed" not in seen:
        if happened < 5:
            happen(data)
            happened += 1
        seen = answer.readline()
    assert answer.readline().startswith(b"id: ")
    assert server.stop() == 0  # an open stream does not keep the server from ending


@pytest.mark.parametrize("length", [3_500_000, 30_000_000])
def test_too_large_is_413_in_words(running: Served, length: int) -> None:
    server = running
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.putrequest("POST", "/accounts/login/")
    connection.putheader("Content-Length", str(length))
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.endheaders()
    for _part in range(length // 100_000):
        connection.send(b"x" * 100_000)
    answer = connection.getresponse()
    assert answer.status == 413
    assert "1 MB までです" in answer.read().decode()
    assert "<html" in Visitor(server.port).get("/accounts/login/")


def test_a_body_without_length_is_411(running: Served) -> None:
    server = running
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(
        "POST",
        "/accounts/login/",
        body=iter([b"a=b"]),
        encode_chunked=True,
        headers={"Transfer-Encoding": "chunked"},
    )
    assert connection.getresponse().status == 411


def test_a_visitor_who_leaves_in_the_middle_harms_nobody(running: Served) -> None:
    server = running
    for _number in range(6):
        with closing(socket.create_connection(("127.0.0.1", server.port))) as one:
            one.sendall(b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n")
            one.sendall(b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin=kanri&password=")
    for _number in range(4):
        assert "<html" in Visitor(server.port).get("/accounts/login/")


@pytest.mark.parametrize(
    "path",
    ["/%e3%81%82?q=\xe3\x81\x82", "/?a=%ff%fe", "/\x7f", "/a/../../etc/passwd", "/static/../tomoni.env"],
)
def test_odd_addresses_are_answered(running: Served, path: str) -> None:
    server = running
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as one:
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode("latin-1"))
        status = one.recv(4096).split(b" ", 2)[1]
    assert status in (b"200", b"302", b"400", b"404"), status


def test_a_foreign_host_name_is_refused(running: Served) -> None:
    server = running
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400


def test_port_in_use_is_one_line(data: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = tomoni("serve", "--data", data, "--port", taken.getsockname()[1], code=1)
    assert "ほかのプログラムが使っています" in done.stderr
    assert done.stderr.count("\n") == 1


def test_localhost_and_127_answer(running: Served) -> None:
    server = running
    for host in ("127.0.0.1", "localhost"):
        connection = http.client.HTTPConnection(host, server.port, timeout=30)
        connection.request("GET", "/accounts/login/")
        assert connection.getresponse().status == 200


def patiently(port: int, cookies: dict[str, str]) -> int:
    """The status of the stream, once its process has started."""
    for _number in range(300):
        try:
            return stream(port, cookies).status
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the process of the event stream did not start")


def test_several_processes(data: Path, serve: Serve) -> None:
    server = serve(data, "--workers", "2", **NO_MFA)
    visitor = sign_in(server)
    assert stream(server.port, visitor.cookies).status == 204  # no proxy sends it to the next port
    assert patiently(server.port + 1, visitor.cookies) == 200
    assert stream(server.port + 1, {}).status == 403
    assert server.stop() == 0
    with pytest.raises(OSError, match="refused"):
        stream(server.port + 1, {})


def queue_job(data: Path) -> None:
    """Ask for a verification of the audit chain, as the page does."""
    tomoni(
        "manage",
        "--data",
        data,
        "shell",
        "-c",
        "from tomoni.core.audit.jobs import verify_audit; verify_audit.enqueue(actor_id=1)",
    )


def logged(text: str) -> list[dict[str, object]]:
    """The lines of a log that are JSON; the greeting is not."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_serving_processes_log_jobs_as_json_to_standard_output(data: Path, command: str) -> None:
    queue_job(data)
    arguments = ["--port", str(free_port())] if command == "serve" else []
    out, err = data.parent / "out.log", data.parent / "err.log"
    with out.open("w") as output, err.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tomoni.cli", command, "--data", str(data), *arguments],
            stdout=output,
            stderr=errors,
            env=clean_env(**NO_MFA),
        )
        try:
            for _number in range(600):
                if "job ended" in out.read_text() or process.poll() is not None:
                    break
                time.sleep(0.1)
        finally:
            process.terminate()
            assert process.wait(15) == 0
    (line,) = [one for one in logged(out.read_text()) if one["message"] == "job ended"]
    assert (line["level"], line["state"]) == ("INFO", "done")
    assert str(line["function"]).endswith("verify_audit")
    assert str(line["request"]).startswith("job-")
    assert logged(err.read_text()) == []


def test_worker_does_what_is_due(data: Path) -> None:
    assert "件を処理しました" in tomoni("worker", "--once", "--data", data).stdout


def test_a_town_on_postgres(town_on_postgres: Path, serve: Serve) -> None:
    data = town_on_postgres
    assert not (data / "tomoni.sqlite3").exists()
    found = {
        f["name"]: f
        for f in json.loads(tomoni("doctor", "--data", data, "--json", code=None).stdout)["findings"]
    }
    assert "PostgreSQL" in found["データベース"]["text"]
    server = serve(data, **NO_MFA)
    assert "試験町" in sign_in(server).get("/")
    assert server.stop() == 0
    assert "つながっています" in tomoni("verify-audit", "--data", data).stdout
    assert "もう新しい版" in tomoni("upgrade", "--data", data).stdout
