"""Two towns behind one router: the host name picks the town, and they share nothing."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from town_tools import PASSWORD, clean_env, free_port, init, tomoni

from tomoni.cli.errors import CommandError
from tomoni.cli.towns import plan
from tomoni.cli.towns.router import Router

HOSTS = {"umi": "umi.example", "yama": "yama.example"}


class Towns:
    """A running `tomoni serve --all`."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.port = free_port()
        self.log = folder / "towns.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tomoni.cli", "serve", "--all", str(file), "--port", str(self.port)],
                stdout=log,
                stderr=log,
                env=clean_env(),
            )
        for name in HOSTS:
            self.wait(name)

    def wait(self, name: str) -> None:
        for _number in range(600):
            try:
                if self.ask(HOSTS[name], "/healthz")[0] == 200:
                    return
            except OSError:
                pass
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(
        self,
        host: str,
        path: str,
        *,
        form: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
    ) -> tuple[int, str, dict[str, str]]:
        """(status, body, cookies set)."""
        connection = self.connect()
        headers = {
            "Host": f"{host}:{self.port}",
            "Cookie": "; ".join(f"{k}={v}" for k, v in (cookies or {}).items()),
        }
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://{host}:{self.port}",
            }
        body = urlencode(form) if form is not None else None
        connection.request("GET" if form is None else "POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        jar = [c.split(";")[0].split("=", 1) for c in answer.headers.get_all("Set-Cookie") or []]
        return answer.status, answer.read().decode("utf-8", "replace"), dict(jar)

    def sign_in(self, name: str) -> dict[str, str]:
        _status, page, cookies = self.ask(HOSTS[name], "/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = {"login": "kanri", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        status, page, more = self.ask(HOSTS[name], "/accounts/login/", form=form, cookies=cookies)
        assert status == 302, page
        return cookies | more

    def pid(self, name: str) -> int:
        found = re.findall(rf'"town started".*"town": "{name}", "pid": (\d+)', self.log.read_text())
        return int(found[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Path:
    place = tmp_path_factory.mktemp("towns")
    shutil.copytree(prepared, place / "umi")
    init(place / "yama", "山の町")
    for name in HOSTS:
        with (place / name / "tomoni.env").open("a") as env:
            env.write("TOMONI_STAFF_MFA=false\n")
    rows = [f'[[town]]\nname = "{n}"\ndata = "{n}"\nhosts = ["{h}"]\n' for n, h in HOSTS.items()]
    (place / "towns.toml").write_text("\n".join(rows))
    return place


@pytest.fixture(scope="module")
def towns(folder: Path) -> Iterator[Towns]:
    running = Towns(folder, folder / "towns.toml")
    yield running
    running.process.terminate()
    assert running.process.wait(20) == 0, running.log.read_text()


def test_the_host_name_picks_the_town(towns: Towns) -> None:
    assert "試験町" in towns.ask("umi.example", "/")[1]
    assert "山の町" in towns.ask("yama.example", "/")[1]
    assert "山の町" in towns.ask("YAMA.example.", "/")[1] or towns.ask("YAMA.example.", "/")[0] == 400
    status, text, _cookies = towns.ask("else.example", "/")
    assert status == 404
    assert "町" not in text.replace("自治体", "")
    with closing(socket.create_connection(("127.0.0.1", towns.port), timeout=30)) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: umi.example\r\nHost: yama.example\r\nConnection: close\r\n\r\n")
        assert one.recv(4096).split(b" ", 2)[1] == b"400"


def test_cookies_do_not_mix(towns: Towns) -> None:
    umi = towns.sign_in("umi")
    assert towns.ask("umi.example", "/me/", cookies=umi)[0] == 200
    assert towns.ask("yama.example", "/me/", cookies=umi)[0] == 302
    yama = towns.sign_in("yama")
    assert not set(umi) & set(yama)
    both = umi | yama
    assert "試験町" in towns.ask("umi.example", "/me/", cookies=both)[1]
    assert "山の町" in towns.ask("yama.example", "/me/", cookies=both)[1]


def test_forged_forwarding_headers_are_not_believed(towns: Towns) -> None:
    connection = towns.connect()
    headers = {"Host": "umi.example", "X-Forwarded-Host": "yama.example", "X-Forwarded-Proto": "https"}
    connection.request("GET", "/accounts/login/", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 200
    assert "試験町" in answer.read().decode()


def test_streams_and_large_bodies_pass(towns: Towns) -> None:
    cookies = towns.sign_in("umi")
    connection = towns.connect()
    headers = {"Host": "umi.example", "Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
    connection.request("GET", "/events/", headers=headers)
    answer = connection.getresponse()
    assert answer.getheader("Content-Type", "").startswith("text/event-stream")
    assert answer.readline() == b"retry: 5000\n"  # at once, while the stream stays open
    connection.close()
    big = {"login": "x" * 2_000_000, "password": "y", "csrfmiddlewaretoken": "z"}
    assert towns.ask("umi.example", "/accounts/login/", form=big)[0] in (400, 403, 413)
    style = re.search(r'href="(/static/[^"]+\.css)"', towns.ask("umi.example", "/")[1])
    assert style
    connection = towns.connect()
    connection.request("HEAD", style[1], headers={"Host": "umi.example"})
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    assert len(towns.ask("umi.example", style[1])[1].encode()) == int(head.getheader("Content-Length", "0"))


def test_a_town_that_dies_comes_back_and_the_other_goes_on(towns: Towns) -> None:
    before = towns.pid("umi")
    os.kill(before, signal.SIGKILL)
    assert "山の町" in towns.ask("yama.example", "/")[1]
    towns.wait("umi")
    assert towns.pid("umi") != before
    assert '"town ended"' in towns.log.read_text()


def test_stopping_ends_every_town(folder: Path, tmp_path: Path) -> None:
    running = Towns(tmp_path, folder / "towns.toml")
    pids = [running.pid(name) for name in HOSTS]
    running.process.terminate()
    assert running.process.wait(20) == 0
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    lines = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
    assert {line["town"] for line in lines if "town" in line} == set(HOSTS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("town = 1", "[[town]] がありません"),
        ("[[town]\n", "書き方が違います"),
        ('[[town]]\nname = "A b"\n', "name は"),
        ('[[town]]\nname = "a"\nhosts = "x"\n', "hosts は"),
        ('[[town]]\nname = "a"\nhosts = ["a b"]\ndata = "."\n', "ホスト名ではありません"),
        ('[[town]]\nname = "a"\nhosts = ["a"]\ndata = "nowhere"\n', "がありません"),
        ('[[town]]\nname = "a"\nhosts = ["a"]\ndata = "."\nport = 70000\n', "65535"),
        ('[[town]]\nname = "a"\nhosts = ["a"]\ndata = "."\nlink = 1\n', "link"),
        (
            '[[town]]\nname = "a"\nhosts = ["a"]\ndata = "."\n[[town]]\nname = "b"\nhosts = ["A"]\ndata = ".."\n',
            "2回あります",
        ),
    ],
)
def test_a_mistake_in_the_file_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "towns.toml"
    file.write_text(text)
    with pytest.raises(CommandError, match=re.escape(said)):
        plan.read(file, free_port)


def test_all_stands_alone(tmp_path: Path) -> None:
    done = tomoni("serve", "--all", tmp_path / "none.toml", "--data", tmp_path, code=1)
    assert "一緒に使えません" in done.stderr
    assert "読めません" in tomoni("serve", "--all", tmp_path / "none.toml", code=1).stderr


@pytest.mark.parametrize(("proxies", "expected"), [(0, b"10.0.0.9"), (1, b"192.0.2.1, 10.0.0.9")])
def test_the_visitors_address_is_passed_on(proxies: int, expected: bytes) -> None:
    scope = {
        "method": "POST",
        "path": "/あ b",
        "query_string": b"q=1",
        "client": ("10.0.0.9", 1),
        "scheme": "http",
        "headers": [
            (b"x-forwarded-for", b"192.0.2.1"),
            (b"x-forwarded-proto", b"https"),
            (b"connection", b"x-secret"),
            (b"x-secret", b"1"),
            (b"transfer-encoding", b"chunked"),
        ],
    }
    head, chunked = Router({}, proxies).request_head(scope, b"umi.example")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /%E3%81%82%20b?q=1 HTTP/1.1"
    assert b"x-forwarded-for: " + expected in lines
    assert b"x-forwarded-proto: " + (b"https" if proxies else b"http") in lines
    assert chunked
    assert not [line for line in lines if line.startswith(b"x-secret")]
