"""Everything that `make test` checks, one part after the other, with a plain summary at the end.

Usage: `run_tests.py [--only lint,types,imports,sqlite,postgres,browser] [pytest arguments…]`.
REQUIRE_BROWSER=1 turns a missing Chromium into a failure. The exit code is 0 only if every part that ran passed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WORKERS = os.environ.get("TEST_WORKERS", "2")


@dataclass
class Result:
    """How one part went: counts as words, reasons of skips, seconds."""

    name: str
    ok: bool
    words: str = ""
    seconds: float = 0.0
    skipped: Counter[str] = field(default_factory=Counter)


def call(*command: str, env: dict[str, str] | None = None) -> int:
    """Run a command in the checkout with its output shown; return its exit code."""
    return subprocess.run(command, cwd=ROOT, env=os.environ | (env or {}), check=False).returncode


def tool(name: str) -> str:
    """A command of `.venv`."""
    return str(BIN / name)


def lint() -> Result:
    """Style, likely mistakes, formatting, and translations that are missing."""
    paths = ["src", "tests", "tools", "hatch_build.py"]
    codes = [
        call(tool("ruff"), "check", "--quiet", *paths),
        call(tool("ruff"), "format", "--check", "--quiet", *paths),
    ]
    codes.append(call(sys.executable, "tools/messages.py", "check"))
    return Result("lint", not any(codes), "ruff check, ruff format --check, translations")


def types() -> Result:
    """mypy over the package."""
    return Result("types", call(tool("mypy"), "--no-error-summary") == 0, "mypy")


def imports() -> Result:
    """The floors of the house."""
    return Result("imports", call(tool("lint-imports"), "--no-logo") == 0, "import-linter")


def read_report(path: Path, result: Result) -> None:
    """Take the counts and the reasons of skips from a JUnit file."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        result.ok, result.words = False, "no report was written"
        return
    total = failed = skipped = 0
    for case in root.iter("testcase"):
        total += 1
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        mark = case.find("skipped")
        if mark is not None:
            skipped += 1
            result.skipped[mark.get("message") or "no reason given"] += 1
    result.words = f"{total - failed - skipped} passed, {failed} failed, {skipped} skipped"
    if total == 0:
        result.ok, result.words = False, "no test was found"


def pytest(name: str, *arguments: str, env: dict[str, str] | None = None) -> Result:
    """Run pytest with a JUnit report."""
    with tempfile.TemporaryDirectory(prefix="tomoni-report-") as folder:
        report = Path(folder) / "report.xml"
        code = call(sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments, env=env)
        result = Result(name, code == 0)
        read_report(report, result)
    return result


def sqlite(extra: list[str]) -> Result:
    """Unit and integration tests on SQLite."""
    return pytest("tests on SQLite", "-n", WORKERS, "--dist", "loadfile", "-m", "not e2e", *extra)


def postgres(extra: list[str]) -> Result:
    """The same tests on PostgreSQL (from the PyPI wheel, nothing to install)."""
    env = {"TOMONI_TEST_DB": "postgres"}
    return pytest(
        "tests on PostgreSQL", "-n", WORKERS, "--dist", "loadfile", "-m", "not e2e", *extra, env=env
    )


def browser(extra: list[str]) -> Result:
    """Tests that drive a real browser, where there is one."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        needed = os.environ.get("REQUIRE_BROWSER", "") not in ("", "0")
        words = "no Chromium found (sudo apt-get install chromium)"
        return Result("browser tests", not needed, words if needed else f"skipped: {words}")
    if not any((ROOT / "tests" / "e2e").glob("test_*.py")):
        return Result("browser tests", False, "tests/e2e has no tests")
    return pytest("browser tests", "-m", "e2e", *extra, env={"TOMONI_TEST_BROWSER": found})


PARTS: dict[str, Callable[..., Result]] = {
    "lint": lint,
    "types": types,
    "imports": imports,
    "sqlite": sqlite,
    "postgres": postgres,
    "browser": browser,
}


def summary(results: list[Result], seconds: float) -> None:
    """The last lines: what ran, what was skipped and why."""
    print("\n" + "─" * 78)
    for result in results:
        print(
            f"{'ok    ' if result.ok else 'FAILED'}  {result.name:<20} {result.words}  ({result.seconds:.0f} s)"
        )
        for reason, count in sorted(result.skipped.items()):
            print(f"        skipped {count} ×  {reason}")
    bad = [result.name for result in results if not result.ok]
    print(f"{'all parts passed' if not bad else 'failed: ' + ', '.join(bad)} — {seconds:.0f} s in all")


def main() -> int:
    """Run the chosen parts; all of them run even if one fails, so that one look shows everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(PARTS), help="parts, comma-separated")
    options, extra = parser.parse_known_args()
    chosen = [name for name in options.only.split(",") if name]
    if unknown := [name for name in chosen if name not in PARTS]:
        parser.error(f"unknown part {unknown[0]}; known: {', '.join(PARTS)}")
    started = time.monotonic()
    results = []
    for name in chosen:
        print(f"\n── {name} " + "─" * (74 - len(name)), flush=True)
        begun = time.monotonic()
        result = PARTS[name](extra) if name in ("sqlite", "postgres", "browser") else PARTS[name]()
        result.seconds = time.monotonic() - begun
        results.append(result)
    summary(results, time.monotonic() - started)
    return 0 if all(result.ok for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
