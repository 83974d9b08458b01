"""What starting costs: heavy libraries are imported when they are used, not before."""

from __future__ import annotations

import json
import os
import subprocess
import sys

# Each is needed by few pages or jobs and costs tens to hundreds of milliseconds and megabytes.
LATE = {"openpyxl", "polars", "numpy", "scipy", "PIL", "zxcvbn", "ortools", "psycopg", "redis", "babel"}
# The command line answers `--help` and wrong usage without any of these.
NOT_FOR_HELP = LATE | {"django", "pydantic", "cryptography", "granian", "lark", "yaml", "ninja"}


def loaded(code: str, **env: str) -> set[str]:
    """The top-level modules of a fresh Python after running the code."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("TOMONI_", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"],
        env=kept | env,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_help_imports_nothing_heavy():
    code = "from tomoni.cli.parser import build_parser; build_parser().format_help()"
    assert loaded(code) & NOT_FOR_HELP == set()


def test_the_server_starts_without_what_only_some_pages_need(tmp_path):
    code = "from tomoni.config.asgi import build; build(); import tomoni.config.urls"
    found = loaded(code, TOMONI_DATA=str(tmp_path), TOMONI_SECRET_KEY="x" * 60)
    assert "django" in found
    assert found & LATE == set()
