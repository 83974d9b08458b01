"""A real server on fresh demo data and a real Chromium; phone and desktop windows.

The server is the product as `make demo` starts it. `TOMONI_TEST_BROWSER` names the browser.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "test-results" / "screenshots"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser_path() -> str | None:
    found = os.environ.get("TOMONI_TEST_BROWSER")
    return found or next((p for name in BROWSERS if (p := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(str(item.path)).parents:
            item.add_marker(pytest.mark.e2e)
            if browser_path() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium found"))


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Server:
    """The running demo: its address, data folder and people."""

    url: str
    data: Path
    people: dict[str, dict[str, str]]

    def tomoni(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tomoni.cli", *arguments],
            capture_output=True,
            text=True,
            env=clean_env() | {"TOMONI_DATA": str(self.data)},
            check=False,
        )


def clean_env() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("TOMONI_", "DJANGO_"))}


def ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("demo") / "data"
    port = free_port()
    log = (data.parent / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "tomoni.cli", "demo", "--data", str(data), "--port", str(port)],
        env=clean_env(),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 180
        while not ready(url):
            assert process.poll() is None, (data.parent / "server.log").read_text()[-3000:]
            assert time.monotonic() < deadline, "the demo did not become ready"
            time.sleep(0.3)
        made = Server(url, data, {})
        listed = made.tomoni("demo-accounts", "--json")
        made.people = {p["role"]: p for p in json.loads(listed.stdout)}
        yield made
    finally:
        process.terminate()
        process.wait(15)
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser_path(),
            env={**os.environ, "LANGUAGE": "ja"},
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=ja-JP",
            ],
        )
        yield chromium
        chromium.close()


class Visitor:
    """One person at one window."""

    def __init__(self, page: Page, server: Server, size: str) -> None:
        self.page, self.server, self.size = page, server, size
        self.problems: list[str] = []
        page.on("console", lambda m: self.problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.problems.append(str(e)))

    def go(self, path: str, status: int = 200) -> Page:
        answer = self.page.goto(path if path.startswith("http") else self.server.url + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return self.page

    def sign_in(self, role: str) -> Visitor:
        person = self.server.people[role]
        self.go("/accounts/login/")
        self.page.fill("[name=login]", person["login"])
        self.page.fill("[name=password]", person["password"])
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url(self.server.url + "/")
        return self

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}-{self.size}.png"), full_page=True)

    def axe(self) -> list[str]:
        """Violations of WCAG 2.2 A/AA on the page as it stands; run through the debugger, past the CSP."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "() => axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
            ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))"
        )
        return list(found)

    def fits(self) -> bool:
        """Whether the page needs no sideways scrolling."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"))


@pytest.fixture(params=["phone", "desktop"])
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visitor(browser: Browser, server: Server, size: str) -> Iterator[Visitor]:
    """A visitor without a sign-in, in a window of each size."""
    context = browser.new_context(viewport=SIZES[size], locale="ja-JP", timezone_id="Asia/Tokyo")
    context.set_default_timeout(10_000)
    yield Visitor(context.new_page(), server, size)
    context.close()


@pytest.fixture
def new_visitor(browser: Browser, server: Server) -> Iterator:
    """Make visitors: `new_visitor("phone", javascript=False)`."""
    contexts = []

    def make(size: str = "desktop", javascript: bool = True) -> Visitor:
        context = browser.new_context(
            viewport=SIZES[size], locale="ja-JP", timezone_id="Asia/Tokyo", java_script_enabled=javascript
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visitor(context.new_page(), server, size)

    yield make
    for context in contexts:
        context.close()
